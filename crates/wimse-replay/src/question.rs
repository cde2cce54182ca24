//! What is asked of the store about a proof, and what it answers.

use crate::name::Names;
use crate::{RedisSettings, StoreError};
use redis::aio::MultiplexedConnection;
use redis::{Script, ScriptInvocation};
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

    /// Begins the memory of this server, if it has not begun yet.
    pub(crate) async fn establish(
        &self,
        connection: &mut MultiplexedConnection,
        names: &Names,
        server: &str,
    ) -> Result<(), StoreError> {
        let mut call = self.establish.key(&names.sentinel);
        let (_clock, _since): (i64, i64) = call.arg(server).invoke_async(connection).await?;
        Ok(())
    }

    /// Everything but the server that will be asked.
    pub(crate) fn question<'a>(
        &'a self,
        names: &Names,
        settings: &RedisSettings,
        key: &ReplayKey,
        (admissible, now): (Admissible, UnixTime),
        attempt: [u8; 16],
    ) -> Question<'a> {
        let _ = (names, settings, key, admissible, now, attempt);
        todo!()
    }
}

pub(crate) struct Question<'a>(ScriptInvocation<'a>);
