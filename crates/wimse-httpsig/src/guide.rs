//! What a signature protects, what proxies do to it, and what to configure.
//!
//! # What is covered
//!
//! | | Request | Signed response |
//! | --- | --- | --- |
//! | Method, path, query | yes, the query also when there is none | yes, those of the request |
//! | Status | | yes |
//! | WIT | yes | yes, the server's own |
//! | `Content-Type`, `Content-Digest` | where there | where there |
//! | `Authorization`, `Txn-Token` | where there | |
//! | Content | by `Content-Digest`, which must be there | by `Content-Digest`, which must be there |
//! | Recipient | by `wimse-aud` | by the nonce of the request |
//! | Time, nonce | yes | yes |
//!
//! A CONNECT request has no path and no query: its method and authority are covered.
//!
//! # What is not covered
//!
//! - **All other fields**, such as `Accept`, `Cookie` or your own ones. Who ends TLS on the way can add, change and
//!   remove them. Add what you act on with [`RequestOptions::covering`](crate::RequestOptions::covering), and ask
//!   [`AuthenticatedPeer::covers`](wimse_creds::pop::AuthenticatedPeer::covers) before you use one.
//! - **Scheme and authority**, on purpose: proxies change them. `wimse-aud` names the recipient instead.
//! - **Trailers.** They are never looked at.
//! - **Secrecy.** The WIT and the content can be read by whoever ends TLS. The WIT is no secret key, and no bearer
//!   token; still, do not log it.
//! - **The deletion of a message.** Only a client that
//!   [demands a signed response](crate::RequestOptions::require_signed_response) notices that its answer was replaced.
//! - **Who asked**, in a response: it has the nonce of the request, which a middlebox can copy into a request of a
//!   workload that it controls. Let the server
//!   [cover the WIT of the request](crate::ResponseOptions::cover_request_wit), and the client
//!   [demand it](crate::ResponseVerifier::require_request_wit).
//!
//! # Behind a proxy
//!
//! A signature names the recipient, path and query as the *caller* sees them. It breaks where something on the way
//! changes what is covered, and then every request is refused: nothing fails silently.
//!
//! | What the proxy does | What to do |
//! | --- | --- |
//! | ends TLS, changes `Host`, listens on another port | [`Audience::base`](wimse_creds::pop::Audience::base) with scheme and authority as callers see them |
//! | adds or strips a path prefix | verify before it, or tell it not to: `@path` is covered. An agreed audience does not help here |
//! | rewrites or sorts the query | switch it off: `@query` is covered |
//! | normalises paths (`//`, `%2F`, `..`) | switch it off: bytes are compared |
//! | compresses or recompresses content | switch it off, or add `Cache-Control: no-transform`: the digest is over the content as sent |
//! | changes or adds `Content-Type` | switch it off: it is covered |
//! | adds `Authorization` of its own | switch it off: it would have to be covered |
//! | repeats `Authorization`, `Content-Type`, `Txn-Token` or the WIT | switch it off: a repeated field is refused |
//! | adds a signature of its own | nothing: ours is found by its tag, whatever the labels |
//! | answers instead of the server (error pages, caches) | nothing: such an answer is unsigned, and refused where a signed one was demanded |
//! | caches signed responses | switch it off: each is for one nonce |
//! | limits the size of header fields | allow for the WIT (up to 16 KiB here, most have less than 1) and half a KiB for each signature |
//! | retries requests | switch it off: the second one is a replay. Let the client sign anew |
//! | turns HTTP/1.1 into HTTP/2 or back | nothing: what is covered is the same in both |
//!
//! In a server, take the [`TargetContext`](crate::message::TargetContext) from the request before a router rewrites
//! its path for inner services.
//!
//! # Large content
//!
//! Nothing of a message may be used before all of it has been verified, so content is held back until its last byte has
//! arrived and been hashed: in memory, or spooled. [`HeadChecked::hasher`](crate::HeadChecked::hasher) is for content
//! that comes in pieces. A server that streams its responses cannot sign them; where one is demanded, it answers with
//! [`signed_response_unavailable`](crate::problem::signed_response_unavailable).
//!
//! # Before you deploy
//!
//! - Replicas that share an audience need a shared replay store, or a captured request is good once on each.
//! - Give the replay guard a window that is longer than the longest lifetime and twice the leeway together. The default
//!   of [`MemoryReplayGuard`](wimse_creds::pop::MemoryReplayGuard) fits the defaults here.
//! - A request can carry a Workload Proof Token as well: sign last, so that it is covered. Check both proofs, then admit
//!   both, so that a failing one burns nothing.
//! - Log [`HttpSignatureError::code`](crate::HttpSignatureError::code), `sub`, `iss` and `jti`, never the fields. The
//!   peer gets [`HttpSignatureError::response`](crate::HttpSignatureError::response).
//! - A client that demanded a signed response and got an unsigned one does not try again without the demand.
//!
//! # Decisions
//!
//! Where the draft leaves something open:
//!
//! | Question | Here |
//! | --- | --- |
//! | A required component in another form (`;bs`, `;sf`, `;req`) | does not count |
//! | More components than required | accepted, if all can be derived |
//! | `wimse-aud` | byte for byte: an agreed value, or a base joined with the raw path |
//! | `created`, `expires` | 30 s of leeway, at most 330 s between them |
//! | Nonces | whoever sends them, in stores of their own for requests and responses; no least length on receipt unless set |
//! | A parameter of the other kind of message | refused |
//! | Unknown parameters | ignored; they are signed |
//! | `OPTIONS *` | has no path to cover, and is refused |
//! | Extended CONNECT (RFC 8441) | has no host and port for a target, and is refused |
//! | Responses that are signed | only those to requests that have been verified |
//! | Refusals | 400 with one fixed body; 501 and 400 about response signing only after verification |
