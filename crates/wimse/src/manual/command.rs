//! How to make keys and tokens by hand, and how to find out why a request was refused.
//!
//! The command `wimse` (crate `wimse-cli`) does what the other pages do in code: it issues and verifies a WIT, makes
//! and verifies a WPT, and reads whom to trust from one file, `wimse.toml`. The transcripts below are run by its
//! tests; `? 1` is the exit code for what is refused, and `--now` takes the place of the clock.
//!
//! # A credential and a proof by hand
//!
//! For the first try against a service, or for a test that needs a token that is right but for one thing:
//!
//! ```console
//! $ wimse wit issue --sub wimse://example.com/billing --iss https://id.example.com --jti wit-1 \
//! >     --key billing.pub.jwk.json --issuer-key issuer.jwk.json --out billing.wit --now 1800000000
//! ✓ written: billing.wit (a WIT for wimse://example.com/billing, valid until 2027-01-15T09:00:00Z)
//! ```
//!
//! ```sh
//! wimse wpt create --wit billing.wit --key billing.jwk.json --target https://api.example.com/orders > headers.txt
//! curl -H @headers.txt https://api.example.com/orders
//! ```
//!
//! # Why was it refused?
//!
//! A service answers every refused request alike; the reason is in its log, as the `code()` of the error. With the
//! request in a file, `wimse explain` lists every rule that applies, in the order of verification, and `wimse wpt
//! verify` tells the verdict alone:
//!
//! ```console
//! $ wimse wpt verify redirected.http --now 1800000000
//! ? 1
//! redirected.http
//! ✗ refused: wpt.audience_mismatch
//!   the audience "https://api.example.com/orders" is not for this recipient and path
//!   rule  WPT-2-19 (wpt 2)
//!   fix   configure the base URI that callers use, and look for a proxy that rewrites paths; else the proof is
//!         for another
//! ```
//!
//! In a program the same is [`Verifier::explain`](crate::wpt::Verifier::explain).
//!
//! # Is the configuration what was meant?
//!
//! ```console
//! $ wimse config check unknown-key.toml
//! ? 1
//! ✗ refused: unknown-key.toml: one problem
//!
//!   ✗ unknown-key.toml:2:1: unknown key "audience-base"
//!     2 | audience-base = ["https://api.example.com"]
//!       | ^^^^^^^^^^^^^
//!     fix   write audience-bases, if that is meant; known here: audience-bases, audience-values,
//!           context-fields
//! ```
//!
//! The manual of the command, with every subcommand, exit code and JSON document, is in the folder `docs/command` of
//! the repository.
