//! Keys and WITs to try the examples with: an issuer, and the workloads `web` and `orders`.
//!
//! In earnest, an identity server issues WITs and each workload makes its own key. The command `wimse` makes such files too.

use std::error::Error;
use std::path::Path;
use std::time::{Duration, SystemTime};
use std::{env, fs};
use wimse_tower::creds::key::{Algorithm, SigningKey};
use wimse_tower::creds::{Validity, WitClaims};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = env::args().nth(1).unwrap_or_else(|| "keys".to_owned());
    let folder = Path::new(&folder);
    fs::create_dir_all(folder)?;

    let issuer = SigningKey::generate(Algorithm::Es256)?.with_key_id("issuer-1");
    fs::write(folder.join("issuer.jwks.json"), format!(r#"{{"keys":[{}]}}"#, issuer.public_key().to_jwk()))?;

    for name in ["web", "orders"] {
        let key = SigningKey::generate(Algorithm::Ed25519)?;
        let identifier = format!("wimse://example.com/{name}").parse()?;
        let hour = Validity::starting(SystemTime::now().into(), Duration::from_secs(3600));
        let wit = WitClaims::new(identifier, key.public_key(), hour).sign(&issuer)?;
        fs::write(folder.join(format!("{name}.jwk.json")), key.to_private_jwk().as_bytes())?;
        fs::write(folder.join(format!("{name}.wit")), wit.as_str())?;
    }
    Ok(())
}
