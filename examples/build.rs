//! What protoc and tonic would make of a `.proto` file with this service, without protoc.

use tonic_build::manual::{Builder, Method, Service};

fn main() {
    let method = |name: &str, route: &str, output: &str| {
        Method::builder()
            .name(name)
            .route_name(route)
            .input_type("super::Order")
            .output_type(output)
            .codec_path("tonic_prost::ProstCodec")
    };
    let orders = Service::builder()
        .package("shop")
        .name("Orders")
        .method(method("place", "Place", "super::Receipt").build())
        .method(method("watch", "Watch", "super::Receipt").server_streaming().build())
        .build();
    Builder::new().compile(&[orders]);
}
