//! What the pages of this slice share: how an item, a person, a date look, and what the caller may do.
//! A page reads in one transaction and changes through the same actions as the API.

pub(crate) mod board;
pub(crate) mod card;
pub(crate) mod choice;
pub(crate) mod due;
pub(crate) mod form;
pub(crate) mod frame;
pub(crate) mod may;
pub(crate) mod people;

pub use frame::WorkFrame;
