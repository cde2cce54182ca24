//! Signed responses, with nothing of WIMSE in them; they cover parts of their requests.

use crate::case::{Case, TAG};
use crate::change::Change;
use crate::ours::{judge_response, sign_response, with_digest};
use crate::peer;
use std::sync::Arc;
use std::sync::mpsc::channel;

#[test]
fn their_responses_verify_here() {
    Case::each(|loopback, peer, case| {
        let input = case.response_input(peer.package);
        let answer = peer::answer(&case.response(), Some(&peer::sign(&input, &case.key)));
        let authority = peer.serve(None, &answer);
        let request = with_digest(case.request(&authority));
        let response = loopback.send(request.clone());

        let key = case.key.public_key();
        assert_eq!(judge_response(&response, &request, key), Ok(input), "{:?}", peer.package);
        for change in Change::all(case.has_content) {
            let changed = change.of_response(response.clone());
            let judged = judge_response(&changed, &request, key);
            assert_eq!(judged, Err(change.code()), "{change:?} {:?}", peer.package);
        }
        // Signed for another request.
        let other = judge_response(&response, &Change::Start.of_request(request), key);
        assert_eq!(other, Err("httpsig.signature"), "{:?}", peer.package);
    });
}

#[test]
fn our_responses_verify_there() {
    Case::each(|loopback, peer, case| {
        let verify = peer::verify(case.key.public_key(), TAG);
        let changes = Change::all(case.has_content).map(Some);
        for change in [None].into_iter().chain(changes) {
            let (sender, bases) = channel();
            let (package, own) = (peer.package, Arc::clone(case));
            let authority = loopback.serve(move |request| {
                let input = own.response_input(package);
                let (response, base) = sign_response(own.response(), &request, &input, &own.key);
                sender.send(base).unwrap();
                match change {
                    Some(change) => change.of_response(response),
                    None => response,
                }
            });
            let report = peer.send(&case.request(&authority), None, Some(&verify));
            match change {
                None => assert_eq!(report["base"], bases.try_recv().unwrap(), "{report} {package:?}"),
                Some(change) => {
                    assert_eq!(report["refused"], change.cause(package.invalid), "{change:?} {package:?}");
                }
            }
        }
    });
}
