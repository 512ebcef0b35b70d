//! Permits: the argument is the permission. An action that takes `&Permit<Tasks>` cannot be
//! called by somebody whose rights in tasks were not asked for.

use std::marker::PhantomData;

use super::{Area, Level, Role};
use crate::{Error, Result, UserId};

/// An area as a type.
pub trait AreaKind: Send + Sync + 'static {
    const AREA: Area;
}

macro_rules! areas {
    ($($name:ident),*) => {$(
        #[derive(Debug, Clone, Copy)]
        pub enum $name {}
        impl AreaKind for $name {
            const AREA: Area = Area::$name;
        }
    )*};
}

areas!(Tasks, Projects, Members, Settings, Codes, Assets, Hooks, Security);

/// Proof that a member was allowed into area `A`, at the level that the route asked for or more.
#[derive(Debug)]
pub struct Permit<A> {
    user: UserId,
    role: Role,
    area: PhantomData<fn() -> A>,
}

impl<A> Clone for Permit<A> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<A> Copy for Permit<A> {}

impl<A: AreaKind> Permit<A> {
    pub(super) const fn new(user: UserId, role: Role) -> Self {
        Self { user, role, area: PhantomData }
    }

    pub const fn user(&self) -> UserId {
        self.user
    }

    pub const fn role(&self) -> Role {
        self.role
    }

    pub const fn level(&self) -> Level {
        self.role.level(A::AREA)
    }

    /// For what the route could not know: the object says that it takes more.
    pub fn require(&self, level: Level) -> Result<()> {
        if self.level() >= level {
            Ok(())
        } else {
            Err(Error::forbidden("forbidden", "Your role does not allow this."))
        }
    }

    /// Full holders may change what is anybody's; limited ones only what is their own.
    pub fn require_full_or_own(&self, owner: Option<UserId>) -> Result<()> {
        match self.level() {
            Level::Full => Ok(()),
            Level::Limited if owner == Some(self.user) => Ok(()),
            _ => Err(Error::forbidden("not_yours", "You can change only what you filed yourself.")),
        }
    }
}
