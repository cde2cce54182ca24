//! What is asked of the store about a proof, and what it answers.

use crate::name::Names;
use crate::{RedisSettings, StoreError};
use redis::Script;
use redis::aio::MultiplexedConnection;
use wimse_creds::UnixTime;
use wimse_creds::pop::{Admissible, ReplayError, ReplayKey};

/// The scripts of the store. A server runs each as a whole: nothing happens in between.
pub(crate) struct Scripts {
    admit: Script,
    establish: Script,
}

impl Scripts {
    pub(crate) fn new() -> Self {
        Self {
            admit: Script::new(concat!(include_str!("birth.lua"), include_str!("admit.lua"))),
            establish: Script::new(concat!(include_str!("birth.lua"), include_str!("establish.lua"))),
        }
    }

    /// Begins the memory of this server, if it has not begun yet, and gives it the script that is asked with.
    pub(crate) async fn establish(
        &self,
        connection: &mut MultiplexedConnection,
        sentinel: &str,
        server: &str,
    ) -> Result<(), StoreError> {
        self.admit.load_async(connection).await?;
        let answer: String = self.establish.key(sentinel).arg(server).invoke_async(connection).await?;
        if answer == "established" { Ok(()) } else { Err(StoreError::Protocol) }
    }

    /// Asks for one proof: one round trip.
    pub(crate) async fn admit(
        &self,
        connection: &mut MultiplexedConnection,
        server: &str,
        question: &Question<'_>,
    ) -> Result<Result<(), ReplayError>, StoreError> {
        let Question { names, settings, proof, sender, attempt, admissible, now } = question;
        let mut call = self.admit.key(&names.sentinel);
        call.key(proof).key(sender).arg(server).arg(attempt);
        call.arg(now.as_secs()).arg(admissible.from.as_secs()).arg(admissible.until.as_secs());
        call.arg(settings.max_clock_skew.as_secs()).arg(settings.longest_life()).arg(settings.share);
        let answer: String = call.invoke_async(connection).await?;
        match answer.as_str() {
            "admitted" => Ok(Ok(())),
            "replayed" => Ok(Err(ReplayError::Replayed)),
            "fenced" => Ok(Err(ReplayError::Fenced)),
            "share" => Ok(Err(ReplayError::SenderShare)),
            "clock" => Ok(Err(ReplayError::Clock)),
            _ => Err(StoreError::Protocol),
        }
    }
}

/// A proof, as the store is asked about it.
pub(crate) struct Question<'a> {
    names: &'a Names,
    settings: &'a RedisSettings,
    proof: String,
    sender: String,
    attempt: &'a [u8],
    admissible: Admissible,
    now: UnixTime,
}

impl<'a> Question<'a> {
    /// # Errors
    ///
    /// [`ReplayError::Window`] if the proof lives longer than is remembered.
    pub(crate) fn new(
        (names, settings): (&'a Names, &'a RedisSettings),
        attempt: &'a [u8],
        key: &ReplayKey,
        admissible: Admissible,
        now: UnixTime,
    ) -> Result<Self, ReplayError> {
        if admissible.until > now.plus(settings.window) {
            return Err(ReplayError::Window);
        }
        let (proof, sender) = (names.proof(key), names.sender(key));
        Ok(Self { names, settings, proof, sender, attempt, admissible, now })
    }
}
