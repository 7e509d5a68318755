use std::cell::{Cell, RefCell};
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::rc::Rc;
use std::task::Poll;

use crate::session::{Row, Session, SessionError};
use crate::text::verdicts as text;

type Work<O> = Pin<Box<dyn Future<Output = Result<O, SessionError>>>>;

/// How far a procedure has come, in training steps. `of` is the most that it may need: what turns out
/// to be unnecessary counts as done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Progress {
    /// Steps done.
    pub done: u32,
    /// Steps in all.
    pub of: u32,
}

/// What one call of [`Procedure::next`] brought.
#[derive(Clone, Debug, PartialEq)]
pub struct Piece<R, O> {
    /// What was found on the way.
    pub rows: Vec<R>,
    /// The result, when it was the last piece.
    pub outcome: Option<O>,
}

/// Work in pieces: rows of type `R` on the way and an outcome of type `O`. Dropping it cancels it and
/// gives its sessions' memory back.
pub struct Procedure<R, O> {
    work: Option<Work<O>>,
    desk: Desk<R>,
}

impl<R, O> Procedure<R, O> {
    /// Work that needs at most so many training steps.
    pub fn new<F>(steps: u32, work: impl FnOnce(Desk<R>) -> F) -> Self
    where
        F: Future<Output = Result<O, SessionError>> + 'static,
    {
        let desk = Desk::new(steps);
        Self { work: Some(Box::pin(work(desk.clone()))), desk }
    }

    /// Works until the next rest; after the outcome there is nothing more.
    ///
    /// # Errors
    /// Why a session could not be opened, or could not go on. The procedure ends with it.
    pub async fn next(&mut self) -> Result<Piece<R, O>, SessionError> {
        let Self { work: slot, desk } = self;
        let Some(work) = slot else {
            return Err(SessionError::Refused(text::OVER.to_owned()));
        };
        let ended = poll_fn(|context| match work.as_mut().poll(context) {
            Poll::Ready(ended) => Poll::Ready(Some(ended)),
            Poll::Pending if desk.0.resting.replace(false) => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        })
        .await;
        if ended.is_some() {
            *slot = None;
        }
        Ok(Piece { outcome: ended.transpose()?, rows: desk.0.rows.take() })
    }

    /// How far it has come.
    pub fn progress(&self) -> Progress {
        let of = self.desk.0.of;
        Progress { done: if self.work.is_some() { self.desk.0.done.get().min(of) } else { of }, of }
    }

    /// So many training steps in the next pieces, 1 to 64. It changes no bit of any result.
    pub fn pace(&self, steps: usize) {
        self.desk.0.pace.set(steps);
    }
}

/// Where the work reports: its side of a [`Procedure`].
pub struct Desk<R>(Rc<Shared<R>>);

struct Shared<R> {
    rows: RefCell<Vec<R>>,
    done: Cell<u32>,
    of: u32,
    pace: Cell<usize>,
    resting: Cell<bool>,
}

impl<R> Clone for Desk<R> {
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}

impl<R> Desk<R> {
    fn new(of: u32) -> Self {
        let (rows, done, pace, resting) = (RefCell::default(), Cell::new(0), Cell::new(1), Cell::new(false));
        Self(Rc::new(Shared { rows, done, of, pace, resting }))
    }

    /// Hands a row over with the next piece.
    pub fn row(&self, row: R) {
        self.0.rows.borrow_mut().push(row);
    }

    /// Counts steps that were made, or that turned out to be unnecessary.
    pub fn count(&self, steps: u32) {
        self.0.done.set(self.0.done.get() + steps);
    }

    /// Ends a piece: the work goes on when it is asked for the next.
    pub async fn rest(&self) {
        self.0.resting.set(true);
        poll_fn(|_| if self.0.resting.get() { Poll::Pending } else { Poll::Ready(()) }).await;
    }

    /// Trains a session to a step, piece by piece. Returns the step whose loss was no usable number,
    /// if there was one; the steps behind it count as done.
    ///
    /// # Errors
    /// When the device is lost.
    pub async fn train(
        &self,
        session: &mut Session,
        until: u32,
        mut seen: impl FnMut(&Row),
    ) -> Result<Option<u32>, SessionError> {
        while session.step() < until {
            let from = session.step();
            let turn = session.turn(self.0.pace.get().clamp(1, (until - from) as usize)).await?;
            turn.rows.iter().for_each(&mut seen);
            self.count(if turn.diverged.is_some() { until - from } else { session.step() - from });
            self.rest().await;
            if turn.diverged.is_some() {
                return Ok(turn.diverged);
            }
        }
        Ok(None)
    }
}
