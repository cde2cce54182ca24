//! Where a gateway listens: an address, or a Unix socket, whose file is ours.

use crate::config::Place;
use crate::exit::Failure;
use axum::Router;
use std::io;
use tokio::net::TcpListener;
use wimse_tower::HttpServer;

/// A gateway that listens.
pub(super) struct Listening {
    place: Place,
    on: On,
}

enum On {
    Address(TcpListener),
    #[cfg(unix)]
    Socket(socket::Socket),
}

impl Listening {
    pub(super) async fn bind(place: &Place) -> Result<Self, Failure> {
        let listened = Self::listen(place).await;
        let listened = listened.map_err(Failure::environment(format!("{place} cannot be listened on")));
        listened.map_err(|failure| {
            failure.next("choose another port, 0 for a free one, or a path where nobody listens: --listen")
        })
    }

    async fn listen(place: &Place) -> io::Result<Self> {
        match place {
            Place::Address(address) => {
                let listener = TcpListener::bind(address).await?;
                let place = Place::Address(listener.local_addr()?);
                Ok(Self { place, on: On::Address(listener) })
            }
            #[cfg(unix)]
            Place::Socket(path) => {
                Ok(Self { place: place.clone(), on: On::Socket(socket::Socket::bind(path).await?) })
            }
            #[cfg(not(unix))]
            Place::Socket(_) => Err(io::ErrorKind::Unsupported.into()),
        }
    }

    pub(super) fn place(&self) -> &Place {
        &self.place
    }

    pub(super) async fn serve(self, server: HttpServer, router: Router, stop: impl Future<Output = ()>) {
        match self.on {
            On::Address(listener) => server.serve(listener, router, stop).await,
            #[cfg(unix)]
            On::Socket(mut socket) => {
                // It is there once, and the file goes after it.
                if let Some(listener) = socket.listener.take() {
                    server.serve_unix(listener, router, stop).await;
                }
            }
        }
    }
}

#[cfg(unix)]
mod socket {
    use std::fs::{self, Permissions};
    use std::io;
    use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
    use std::path::{Path, PathBuf};
    use tokio::net::{UnixListener, UnixStream};

    /// Owner and group may connect: the proxy has to be in the group.
    const MODE: u32 = 0o660;

    /// A socket whose file is removed at the end.
    pub(super) struct Socket {
        pub(super) listener: Option<UnixListener>,
        path: PathBuf,
    }

    impl Socket {
        pub(super) async fn bind(path: &Path) -> io::Result<Self> {
            let listener = match UnixListener::bind(path) {
                Err(error) if error.kind() == io::ErrorKind::AddrInUse && is_left_over(path).await => {
                    fs::remove_file(path)?;
                    UnixListener::bind(path)
                }
                bound => bound,
            };
            let socket = Self { listener: Some(listener?), path: path.to_owned() };
            fs::set_permissions(path, Permissions::from_mode(MODE))?;
            Ok(socket)
        }
    }

    impl Drop for Socket {
        fn drop(&mut self) {
            // Whoever has removed it already had their reasons.
            let _ = fs::remove_file(&self.path);
        }
    }

    /// A socket on which nobody listens any more.
    async fn is_left_over(path: &Path) -> bool {
        let is_socket = fs::symlink_metadata(path).is_ok_and(|metadata| metadata.file_type().is_socket());
        let asked = UnixStream::connect(path).await;
        is_socket && asked.is_err_and(|error| error.kind() == io::ErrorKind::ConnectionRefused)
    }
}
