//! What protoc and tonic would make of a `.proto` file: the gRPC service `shop.Orders`.

/// An order.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Order {
    /// What is ordered.
    #[prost(string, tag = "1")]
    pub what: String,
}

/// What is said of an order.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Receipt {
    /// Who has ordered what.
    #[prost(string, tag = "1")]
    pub text: String,
}

#[allow(missing_docs, unused_qualifications, clippy::all, reason = "generated")]
mod generated {
    pub use super::{Order, Receipt};
    include!(concat!(env!("OUT_DIR"), "/shop.Orders.rs"));
}

pub use generated::{orders_client, orders_server};

// The README of the project, so that its code compiles too.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct ProjectReadme;
