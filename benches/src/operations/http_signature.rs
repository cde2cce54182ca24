//! HTTP signatures, with the WIT in the cache: requests, and the responses to them.

use super::{Operation, Planned, Side, proof};
use crate::Error;
use crate::exchange::{self, Content, Exchange};
use crate::peers::wimsey;
use crate::primitive::sha256;
use crate::scenario::{Caller, EverNew, NOW, Scenario, Signed, Turn};
use std::cell::RefCell;
use std::hint::black_box;
use std::rc::Rc;
use wimse_creds::pop::Nonce;
use wimse_httpsig::digest::{ComputedDigest, DigestAlgorithm};
use wimse_httpsig::message::TargetContext;
use wimse_httpsig::{ExpectedPeer, Signer};

/// The largest ratios to the signature, and to the digest of the content if there is any.
const SIGN_TARGET: f64 = 1.25;
const VERIFY_TARGET: f64 = 1.10;

/// Content of the requests; those without are GET, the others POST.
const SIZES: [(&str, usize); 4] =
    [("GET", 0), ("POST 1 KiB", 1024), ("POST 64 KiB", 64 * 1024), ("POST 1 MiB", 1024 * 1024)];

/// Every operation, for proofs of one algorithm.
pub(super) fn all(scenario: &Rc<Scenario>) -> Vec<Planned> {
    let signed = SIZES.map(|(name, bytes)| (format!("sign {name}"), bytes, Bench::sign as Make));
    let verified = SIZES.map(|(name, bytes)| (format!("verify {name}"), bytes, Bench::verify as Make));
    let others: [(&str, Make); 4] = [
        ("sign POST, digest at hand", Bench::sign_with_digest),
        ("verify POST, digest at hand", Bench::verify_with_digest),
        ("sign response 1 KiB", Bench::sign_response),
        ("verify response 1 KiB", Bench::verify_response),
    ];
    let others = others.map(|(name, make)| (name.to_owned(), 1024, make));
    let all = signed.into_iter().chain(verified).chain(others);
    let planned = all.map(|(name, bytes, make)| {
        let scenario = Rc::clone(scenario);
        let keys = proof(&scenario);
        Planned::new(format!("HTTP signature, {name}"), keys, move || make(&Bench::new(scenario, bytes)?))
    });
    planned.collect()
}

type Make = fn(&Bench) -> Result<Operation, Error>;

/// Exchanges that all have the same content.
struct Bench {
    scenario: Rc<Scenario>,
    content: Content,
    exchanges: Rc<Vec<Exchange>>,
}

impl Bench {
    fn new(scenario: Rc<Scenario>, bytes: usize) -> Result<Self, Error> {
        let content = exchange::content(bytes);
        let exchanges = Rc::new(Exchange::all(&scenario, &content)?);
        Ok(Self { scenario, content, exchanges })
    }

    /// Signs a request. The floor: one signature, and the digest of the content.
    fn sign(&self) -> Result<Operation, Error> {
        let (content, unsigned) = (self.content.clone(), exchange::unsigned_request(&self.content));
        let ours = self.of_new(unsigned, move |caller, _, mut request| {
            let Ok(nonce) = Nonce::random() else { return false };
            black_box(Signer::new(&caller.credential).sign(&mut request, &content, NOW, nonce)).is_ok()
        });
        let floor = self.signature(|exchange| &exchange.request_signed, self.hashed());
        let peer = wimsey::sign_request(&self.scenario, &self.content)?;
        Ok(operation(SIGN_TARGET, ours, floor).peer(peer))
    }

    /// Signs a request whose digest has been computed. The floor: one signature.
    fn sign_with_digest(&self) -> Result<Operation, Error> {
        let (digest, unsigned) = (self.digest(), exchange::unsigned_request(&self.content));
        let ours = self.of_new(unsigned, move |caller, _, mut request| {
            let Ok(nonce) = Nonce::random() else { return false };
            let signer = Signer::new(&caller.credential);
            black_box(signer.sign_with_digest(&mut request, &digest, NOW, nonce)).is_ok()
        });
        let floor = self.signature(|exchange| &exchange.request_signed, None);
        Ok(operation(SIGN_TARGET, ours, floor))
    }

    /// Verifies and admits a request. The floor: one signature, and the digest of the content.
    fn verify(&self) -> Result<Operation, Error> {
        let (service, guard) = (exchange::verifier(&self.scenario)?, EverNew::default());
        let ours = self.of_each(move |_, exchange| {
            let target = TargetContext::of_uri(exchange.request.uri());
            black_box(service.verify(&exchange.request, &target, &guard, NOW)).is_ok()
        });
        let floor = self.verification(|exchange| &exchange.request_signed, self.hashed());
        let peer = wimsey::verify_request(&self.scenario, &self.exchanges)?;
        Ok(operation(VERIFY_TARGET, ours, floor).peer(peer))
    }

    /// Verifies and admits a request whose digest has been computed. The floor: one signature.
    fn verify_with_digest(&self) -> Result<Operation, Error> {
        let (service, guard) = (exchange::verifier(&self.scenario)?, EverNew::default());
        let digest = self.digest();
        let heads = self.exchanges.iter().map(|exchange| exchange.request.clone().into_parts().0);
        let heads: Vec<_> = heads.collect();
        let ours = self.of_each(move |index, _| {
            let target = TargetContext::of_uri(&heads[index].uri);
            let head = service.check_head(&heads[index], &target, NOW);
            let checked = head.and_then(|head| head.digest(&digest));
            black_box(checked.and_then(|checked| checked.admit(&guard, NOW))).is_ok()
        });
        let floor = self.verification(|exchange| &exchange.request_signed, None);
        Ok(operation(VERIFY_TARGET, ours, floor))
    }

    /// Signs the response to a verified request. The floor: one signature, and the digest of the content.
    fn sign_response(&self) -> Result<Operation, Error> {
        let (content, unsigned) = (self.content.clone(), exchange::unsigned_response(&self.content));
        let ours = self.of_new(unsigned, move |caller, exchange, mut response| {
            let Ok(nonce) = Nonce::random() else { return false };
            let (inbound, credential) = (&exchange.inbound, &caller.credential);
            black_box(inbound.sign_response(&mut response, &content, credential, NOW, nonce)).is_ok()
        });
        let floor = self.signature(|exchange| &exchange.response_signed, self.hashed());
        Ok(operation(SIGN_TARGET, ours, floor))
    }

    /// Verifies and admits a response. The floor: one signature, and the digest of the content.
    fn verify_response(&self) -> Result<Operation, Error> {
        let (client, guard) = (exchange::response_verifier(&self.scenario), EverNew::default());
        let peers = self.exchanges.iter().map(|exchange| exchange.inbound.peer().identifier().clone());
        let expected: Vec<_> = peers.map(ExpectedPeer::Workload).collect();
        let ours = self.of_each(move |index, Exchange { pending, response, .. }| {
            let (content, expected) = (response.body(), &expected[index]);
            let answer = pending.verify_response(response, content, &client, expected, &guard, NOW);
            black_box(answer).is_ok_and(|answer| answer.peer().is_some())
        });
        let floor = self.verification(|exchange| &exchange.response_signed, self.hashed());
        Ok(operation(VERIFY_TARGET, ours, floor))
    }

    /// What a floor hashes besides what is signed.
    fn hashed(&self) -> Option<Content> {
        (!self.content.is_empty()).then(|| self.content.clone())
    }

    fn digest(&self) -> ComputedDigest {
        ComputedDigest::of([DigestAlgorithm::Sha256], &self.content)
    }

    fn signature(&self, of: fn(&Exchange) -> &Signed, hashed: Option<Content>) -> Side {
        let scenario = Rc::clone(&self.scenario);
        self.of_each(move |index, exchange| {
            black_box(hashed.as_deref().map(sha256));
            scenario.callers[index].secret.sign(&of(exchange).input);
            true
        })
    }

    fn verification(&self, of: fn(&Exchange) -> &Signed, hashed: Option<Content>) -> Side {
        let scenario = Rc::clone(&self.scenario);
        self.of_each(move |index, exchange| {
            black_box(hashed.as_deref().map(sha256));
            let Signed { input, signature } = of(exchange);
            scenario.callers[index].public.verify(input, signature)
        })
    }

    /// Takes the exchanges in turn.
    fn of_each(&self, mut call: impl FnMut(usize, &Exchange) -> bool + 'static) -> Side {
        let (exchanges, turn) = (Rc::clone(&self.exchanges), Turn::default());
        Side::new(move || {
            let index = turn.next();
            call(index, &exchanges[index])
        })
    }

    /// Takes the callers in turn, and a new message each time: making it is not measured.
    fn of_new<M: Clone + 'static>(
        &self,
        message: M,
        mut call: impl FnMut(&Caller, &Exchange, M) -> bool + 'static,
    ) -> Side {
        let queue: Rc<RefCell<Vec<M>>> = Rc::default();
        let next = Rc::clone(&queue);
        let (scenario, exchanges, turn) =
            (Rc::clone(&self.scenario), Rc::clone(&self.exchanges), Turn::default());
        Side::prepared(
            move |calls| *queue.borrow_mut() = vec![message.clone(); calls],
            move || {
                let (index, message) = (turn.next(), next.borrow_mut().pop());
                message.is_some_and(|message| call(&scenario.callers[index], &exchanges[index], message))
            },
        )
    }
}

fn operation(target: f64, ours: Side, floor: Side) -> Operation {
    Operation::new("http-signature", ours, floor).target(target)
}
