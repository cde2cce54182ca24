//! What the commands about certificates share: `wimse ca`, `wimse wic` and `wimse tls`.

mod anchors;
mod authority;
mod chain_file;
mod contents;
mod files;
mod issued;
mod role;
mod rules;
mod workload;

pub(crate) use anchors::AnchorOptions;
pub(crate) use authority::{AuthorityOptions, load as load_authority};
pub(crate) use chain_file::read_chain;
pub(crate) use contents::{Contents, validity};
pub(crate) use files::{CertificateFile, Made, generate, key_algorithms, private_pem, write_both};
pub(crate) use issued::Issued;
pub(crate) use role::Role;
pub(crate) use rules::{issue_refusal, refusal, requirement};
pub(crate) use workload::Workload;
