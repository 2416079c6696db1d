//! Signing in, and asking what a token may do, on a thread of ours: whoever asks waits in steps, and has turns of its
//! own between them.

use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::call::options::CallOptions;
use crate::cancellation::Cancellation;
use crate::client::Client;
use crate::outcome::{Error, Outcome};
use crate::status::Status;
use crate::threads;
use crate::token::access::Access;

/// What is asked.
pub(crate) enum Question {
    SignIn,
    Access(CallOptions),
    AccessOnline(Option<String>, CallOptions),
}

/// What came of it.
pub(crate) enum Answer {
    SignedIn(Box<Outcome>),
    Access(Box<Access>),
}

/// What there is after a wait.
pub(crate) enum Waited {
    Answer(Answer),
    Timeout,
    /// The answer was given before.
    Done,
}

/// A question under way. Dropping it cancels it, and waits for nothing.
pub(crate) struct Enquiry {
    answer: Mutex<Option<Receiver<Result<Answer, Error>>>>,
    cancellation: Cancellation,
    process: u32,
}

impl Enquiry {
    /// Asks, and does not wait.
    pub(crate) fn new(
        client: &Client,
        question: Question,
        cancellation: Option<&Cancellation>,
    ) -> Result<Enquiry, Error> {
        let cancellation = cancellation.map(Cancellation::child).unwrap_or_default();
        let (sender, answer) = channel();
        let (client, signal) = (
            Client {
                core: Arc::clone(&client.core),
            },
            cancellation.clone(),
        );
        threads::spawn("graph-invalidate enquiry", move || {
            // Nobody may wait for it any more.
            let _ = sender.send(answered(&client, question, &signal));
        })?;
        Ok(Enquiry {
            answer: Mutex::new(Some(answer)),
            cancellation,
            process: std::process::id(),
        })
    }

    /// Waits for the answer, no longer than the timeout; it is given once.
    pub(crate) fn wait(&self, timeout: Duration) -> Result<Waited, Error> {
        if !self.is_of_this_process() {
            return Err(Error::new(
                Status::QueueForked,
                "The enquiry was begun in another process; it cannot be used after a fork.",
            )
            .hint("Begin it in the process that waits for the answer."));
        }
        let mut place = self.answer.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(answer) = &*place else {
            return Ok(Waited::Done);
        };
        let waited = match answer.recv_timeout(timeout) {
            Err(RecvTimeoutError::Timeout) => return Ok(Waited::Timeout),
            Err(RecvTimeoutError::Disconnected) => {
                Err(Error::new(Status::Panic, "The enquiry panicked.")
                    .hint("This is a defect of graph-invalidate: please report it."))
            }
            Ok(answer) => answer,
        };
        *place = None;
        waited.map(Waited::Answer)
    }

    fn is_of_this_process(&self) -> bool {
        self.process == std::process::id()
    }
}

impl Drop for Enquiry {
    fn drop(&mut self) {
        if self.is_of_this_process() {
            self.cancellation.cancel();
        } else {
            // Its other end is the parent's, in whatever state it was.
            let answer = self.answer.get_mut().map(Option::take);
            std::mem::forget(answer);
        }
    }
}

fn answered(
    client: &Client,
    question: Question,
    cancellation: &Cancellation,
) -> Result<Answer, Error> {
    let access = match question {
        Question::SignIn => {
            let outcome = client.sign_in(Some(cancellation))?;
            return Ok(Answer::SignedIn(Box::new(outcome)));
        }
        Question::Access(options) => options
            .token
            .map_or_else(|| client.access(), |token| client.access_with(&token)),
        Question::AccessOnline(user, options) => {
            client.access_online_with(user.as_deref(), options, Some(cancellation))?
        }
    };
    Ok(Answer::Access(Box::new(access)))
}
