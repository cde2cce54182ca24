//! Routes of axum.

use crate::service::{Served, on_the_wire, status_of};
use crate::support::*;

#[tokio::test]
async fn extractors_and_routes() {
    let world = World::new();
    let served = Served::start(&world).await;
    let mut signed = post("/orders", "two cones");
    let _ = world.sign(&mut signed);
    let answer = served.exchange(&on_the_wire(&signed)).await;
    assert!(answer.ends_with("hello wimse://example.com/billing two cones"), "{answer}");

    let mut proven = get("/orders?page=2");
    world.prove(&mut proven);
    assert_eq!(served.status(proven).await, 200);
    assert_eq!(served.status(get("/orders")).await, 401);

    // The path that was dialled counts, not the one that the inner router sees.
    let mut nested = get("/nested/orders");
    world.prove(&mut nested);
    assert_eq!(served.status(nested).await, 200);

    assert!(served.exchange(&on_the_wire(&get("/status"))).await.ends_with("unknown"));
    let mut known = get("/status");
    world.prove(&mut known);
    assert!(served.exchange(&on_the_wire(&known)).await.ends_with("known"));

    // A handler that needs a caller is not called without one, on an open route and on one without the layer.
    let answer = served.exchange(&on_the_wire(&get("/mine"))).await;
    assert_eq!(status_of(&answer), 401);
    assert!(answer.contains("www-authenticate: WPT\r\n"), "{answer}");
    let mut forgotten = get("/forgotten");
    world.prove(&mut forgotten);
    assert_eq!(served.status(forgotten).await, 500);
    served.stop().await;
}
