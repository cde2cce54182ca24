//! The manual: how the pieces fit, what to pick, and what goes wrong.
//!
//! | Page | Question |
//! | --- | --- |
//! | [`concepts`] | What is an identifier, a credential, a proof, a peer? |
//! | [`choosing`] | Which proof of possession fits? |
//! | [`issuing`] | How does a workload get its credential? |
//! | [`calling`] | How does a client prove who it is? |
//! | [`serving`] | How does a service learn who is calling, and decide? |
//! | [`command`] | How are tokens made by hand, and why was a request refused? |
//! | [`pitfalls`] | What do people get wrong? |

pub mod calling;
pub mod choosing;
pub mod command;
pub mod concepts;
pub mod issuing;
pub mod pitfalls;
pub mod serving;
