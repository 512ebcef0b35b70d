//! Answers kept until their workspace changes. Whoever asks the same again while nothing was written gets
//! the same bytes without a statement. Only where one process owns the data: on PostgreSQL another node
//! may have written.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use kernel::access::{Credential, Role};
use kernel::{UserId, WorkspaceId};
use lru::LruCache;

/// Bytes of all kept answers together, and of the longest one that is kept.
const MOST: usize = 16 * 1_024 * 1_024;
const LONGEST: usize = 256 * 1_024;
/// What a kept answer takes besides its texts, about.
const ENTRY: usize = 256;

/// Counts a scope's changes. Odd while a group is being committed: what is read then may be either side
/// of it, so nobody keeps or is given a kept answer.
#[derive(Default)]
pub(crate) struct Changes(AtomicU64);

impl Changes {
    /// Goes on where no earlier count of the same workspace has been: a file may be closed and opened again.
    pub(crate) fn new() -> Self {
        static OPENED: AtomicU64 = AtomicU64::new(0);
        Self(AtomicU64::new(OPENED.fetch_add(1, Ordering::SeqCst) << 40))
    }

    /// To be called by the scope's one writer, before COMMIT.
    pub(crate) fn begin(&self) {
        self.0.fetch_or(1, Ordering::SeqCst);
    }

    /// After COMMIT, whatever came of it, and before anybody is told of it.
    pub(crate) fn end(&self) {
        self.begin();
        self.0.fetch_add(1, Ordering::SeqCst);
    }

    /// The state that a read which begins now sees; none in the middle of a change.
    pub(crate) fn now(&self) -> Option<State> {
        let count = self.0.load(Ordering::SeqCst);
        (count & 1 == 0).then_some(State(count))
    }
}

/// One state of a workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct State(u64);

/// Who asked what. All of the asker is in it: answers may depend on any of that.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Question {
    pub(crate) workspace: WorkspaceId,
    pub(crate) asker: Asker,
    pub(crate) text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Asker {
    pub(crate) user: UserId,
    pub(crate) role: Role,
    pub(crate) credential: Credential,
}

struct Kept {
    answer: Bytes,
    state: State,
    size: usize,
}

/// The answers of all workspaces of this process; those not asked for longest are dropped first.
pub(crate) struct Answers(Mutex<Shelf>);

struct Shelf {
    kept: LruCache<Question, Kept>,
    size: usize,
}

impl Default for Answers {
    fn default() -> Self {
        Self(Mutex::new(Shelf { kept: LruCache::unbounded(), size: 0 }))
    }
}

impl Answers {
    fn shelf(&self) -> std::sync::MutexGuard<'_, Shelf> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn get(&self, question: &Question, state: State) -> Option<Bytes> {
        let mut shelf = self.shelf();
        let kept = shelf.kept.get(question)?;
        (kept.state == state).then(|| kept.answer.clone())
    }

    /// Keeps what was read when the workspace was in this state.
    pub(crate) fn keep(&self, question: Question, answer: &Bytes, state: State) {
        if answer.len() > LONGEST {
            return;
        }
        let size = ENTRY + question.text.len() + answer.len();
        let mut shelf = self.shelf();
        shelf.size += size;
        // A copy has no room to spare, which would be kept with it.
        let kept = Kept { answer: Bytes::copy_from_slice(answer), state, size };
        if let Some((_, before)) = shelf.kept.push(question, kept) {
            shelf.size -= before.size;
        }
        while shelf.size > MOST {
            let Some((_, oldest)) = shelf.kept.pop_lru() else { break };
            shelf.size -= oldest.size;
        }
    }
}

#[cfg(test)]
mod tests {
    use kernel::{Clock, SessionId};

    use super::*;

    fn question(text: &str) -> Question {
        let now = Clock::system().now();
        let (user, session) = (UserId::new(now), SessionId::new(now));
        let asker = Asker { user, role: Role::Viewer, credential: Credential::Session(session) };
        Question { workspace: WorkspaceId::new(now), asker, text: text.into() }
    }

    #[test]
    fn an_answer_is_of_one_state_and_one_asker() {
        let (changes, answers, asked) = (Changes::new(), Answers::default(), question("a"));
        let before = changes.now().unwrap();
        answers.keep(asked.clone(), &Bytes::from_static(b"1"), before);
        assert_eq!(answers.get(&asked, before).unwrap(), "1");
        changes.begin();
        assert!(changes.now().is_none(), "nothing is known in the middle of a change");
        changes.end();
        let after = changes.now().unwrap();
        assert_ne!(before, after);
        assert!(answers.get(&asked, after).is_none());
        answers.keep(asked.clone(), &Bytes::from_static(b"2"), after);
        assert_eq!(answers.get(&asked, after).unwrap(), "2");
        let others = [
            Question { text: "b".into(), ..asked.clone() },
            Question { workspace: WorkspaceId::new(Clock::system().now()), ..asked.clone() },
            Question { asker: Asker { role: Role::Admin, ..asked.asker }, ..asked.clone() },
            Question { asker: question("a").asker, ..asked.clone() },
            Question { asker: Asker { credential: Credential::System, ..asked.asker }, ..asked },
        ];
        assert!(others.iter().all(|other| answers.get(other, after).is_none()));
    }

    /// Else what was read of a file before it was closed could be taken for news of it.
    #[test]
    fn a_file_that_is_opened_again_is_in_another_state() {
        assert_ne!(Changes::new().now(), Changes::new().now());
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let (state, answers) = (Changes::new().now().unwrap(), Answers::default());
        let long = Bytes::from(vec![b'x'; LONGEST]);
        answers.keep(question("too long"), &Bytes::from(vec![b'x'; LONGEST + 1]), state);
        assert_eq!(answers.shelf().size, 0);
        let first = question("first");
        answers.keep(first.clone(), &long, state);
        // The same again is there once.
        answers.keep(first.clone(), &long, state);
        for number in 0..2 * MOST / LONGEST {
            answers.keep(question(&number.to_string()), &long, state);
        }
        let shelf = answers.shelf();
        assert!(shelf.size <= MOST && shelf.size > MOST - 2 * LONGEST, "{}", shelf.size);
        assert_eq!(shelf.size, shelf.kept.iter().map(|(_, kept)| kept.size).sum::<usize>());
        assert!(!shelf.kept.contains(&first));
    }
}
