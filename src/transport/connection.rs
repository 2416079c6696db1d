//! A connection as HTTP reads and writes it, which is one only as long as its descriptor is its own.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};

use hyper_util::client::legacy::connect::{Connected, Connection};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use crate::ffi::host::Identity;

/// What can be read and written: TCP, TLS, or one of them within the other.
pub(super) trait Io: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Io for T {}

/// A TCP connection. A host that closes one descriptor too many may hit this one: then the number is somebody else's,
/// and is neither read, nor written to, nor closed.
pub(super) struct Owned {
    /// An option only so that dropping can leave it alone.
    stream: Option<TcpStream>,
    identity: Option<Identity>,
}

impl Owned {
    pub(super) fn new(stream: TcpStream) -> Owned {
        Owned {
            identity: Identity::of(&stream),
            stream: Some(stream),
        }
    }

    fn is_ours(&self) -> bool {
        self.identity.is_none_or(Identity::is_unchanged)
    }

    fn ours(&mut self) -> io::Result<Pin<&mut TcpStream>> {
        let is_ours = self.is_ours();
        let stream = self.stream.as_mut().filter(|_| is_ours);
        stream.map(Pin::new).ok_or_else(|| {
            io::Error::new(
                io::ErrorKind::NotConnected,
                "the program has closed the connection's descriptor",
            )
        })
    }
}

impl Drop for Owned {
    fn drop(&mut self) {
        if !self.is_ours() {
            std::mem::forget(self.stream.take());
        }
    }
}

impl AsyncRead for Owned {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.get_mut().ours()?.poll_read(context, buffer)
    }
}

impl AsyncWrite for Owned {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        content: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.get_mut().ours()?.poll_write(context, content)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.get_mut().ours()?.poll_write_vectored(context, parts)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, _context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.get_mut().ours()?.poll_shutdown(context)
    }
}

/// A connection to the host, whatever it leads through.
pub(super) struct Stream(pub(super) Box<dyn Io>);

impl Connection for Stream {
    fn connected(&self) -> Connected {
        Connected::new()
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().0).poll_read(context, buffer)
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        content: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().0).poll_write(context, content)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().0).poll_write_vectored(context, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.0.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().0).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().0).poll_shutdown(context)
    }
}
