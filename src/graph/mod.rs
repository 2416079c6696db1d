//! What the service offers: its action, its clouds, and the hosts that may be sent a token.

pub(crate) mod action;
pub(crate) mod cloud;
pub(crate) mod endpoint;
