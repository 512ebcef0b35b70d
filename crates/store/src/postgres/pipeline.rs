//! Several requests on one connection without waiting for answers in between.

use std::future::Future;
use std::pin::Pin;
use std::task::Poll;

/// Runs the futures at once and gives their answers in order. Each is polled once in this order
/// before any is waited for: that is what puts the requests on the wire in this order.
pub(super) async fn in_order<F: Future>(futures: Vec<F>) -> Vec<F::Output> {
    let mut running: Vec<Pin<Box<F>>> = futures.into_iter().map(Box::pin).collect();
    let mut answers: Vec<Option<F::Output>> = running.iter().map(|_| None).collect();
    let mut sent = false;
    std::future::poll_fn(|context| {
        for (future, answer) in running.iter_mut().zip(&mut answers) {
            if answer.is_some() {
                continue;
            }
            match future.as_mut().poll(context) {
                Poll::Ready(value) => *answer = Some(value),
                // Answers come in the order of the requests: behind an open one none is ready.
                Poll::Pending if sent => return Poll::Pending,
                Poll::Pending => {}
            }
        }
        sent = true;
        if answers.iter().all(Option::is_some) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    answers.into_iter().flatten().collect()
}
