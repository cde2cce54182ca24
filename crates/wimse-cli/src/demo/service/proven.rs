//! Requests that have to carry a WPT.

use super::{Gate, forbidden};
use crate::demo::log::{Proof, Verdict};
use crate::demo::workload::now;
use axum::body::Body;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;

pub(super) async fn authenticate(gate: &Gate, mut request: Request, next: Next) -> Response {
    let peer = match gate.proofs.verify(&request, &gate.replay, now()) {
        Ok(peer) => peer,
        Err(error) => {
            gate.log.write(Verdict::Refused(error.code()));
            return error.response().map(Body::from);
        }
    };
    if !gate.permits(&peer, Proof::Wpt) {
        return forbidden();
    }
    request.extensions_mut().insert(peer);
    next.run(request).await
}
