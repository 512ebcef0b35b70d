//! Members, and the names of people for assignment.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Extension;
use kernel::access::{Access, Area, Level, Members, Role};
use kernel::{Result, UserId};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use web::time::Utc;
use web::{Answer, Body, Doc, Json, Listing, NoContent, Page, PathId, Permitted, Route, Routes, Signed};

use super::{Member, store as members};
use crate::identity::Identity;

pub(crate) fn routes() -> Routes {
    let manage = Access::Sudo(Area::Members, Level::Full);
    Routes::new()
        .with(Route::get("/members", Access::Area(Area::Members, Level::View), list).doc(
            Doc::new("List members, and people of imports who are not members yet").lists::<MemberJson>(),
        ))
        .with(
            Route::patch("/members/{member}", manage, change_role).doc(
                Doc::new("Give a member another role")
                    .about("One can only manage members, and give roles, below one's own; admins can all.")
                    .body::<ChangeRole>(json!({ "role": "developer" }))
                    .answers::<MemberJson>(200)
                    .refuses(409),
            ),
        )
        .with(
            Route::delete("/members/{member}", manage, remove)
                .doc(Doc::new("Remove a member").answers_empty(204).refuses(409)),
        )
        .with(Route::get("/people", Access::SignedIn, people).doc(
            Doc::new("List the names of the people in the workspace").tag("members").lists::<PersonJson>(),
        ))
}

#[derive(Serialize, ToSchema)]
#[schema(as = Member)]
pub(crate) struct MemberJson {
    id: UserId,
    name: String,
    /// None for people of an import.
    email: Option<String>,
    #[schema(value_type = Option<Role>)]
    role: Option<String>,
    /// `active`, or `placeholder` for people of an import.
    status: String,
    joined_at: Utc,
    /// Whether they have a second factor that counts here.
    two_factor: bool,
}

impl MemberJson {
    fn of(member: Member, factors: &HashMap<UserId, bool>) -> Self {
        let Member { id, name, email, role, status, joined_at } = member;
        let two_factor = factors.contains_key(&id);
        Self { id, name, email, role, status, joined_at: joined_at.into(), two_factor }
    }
}

/// Somebody by name.
#[derive(Serialize, ToSchema)]
#[schema(as = MemberName)]
pub(crate) struct PersonJson {
    id: UserId,
    name: String,
    /// `active`, or `placeholder` for people of an import.
    status: String,
}

impl Identity {
    async fn page_of_members(
        &self,
        caller: &kernel::access::Caller,
        listing: &Listing,
    ) -> Result<Page<Member>> {
        let (after, fetch) = (listing.after::<UserId>()?, listing.fetch());
        let rows =
            self.store.tenant(caller).read(async move |tx| members::page(tx, after, fetch).await).await?;
        listing.page(rows, |member| member.id)
    }
}

async fn list(
    Extension(identity): Extension<Arc<Identity>>,
    Signed(caller): Signed,
    listing: Listing,
) -> Answer<Json<Page<MemberJson>>> {
    let Page { data, next_cursor } = identity.page_of_members(&caller, &listing).await?;
    let factors = identity.members_with_factor(&caller).await?;
    let data = data.into_iter().map(|member| MemberJson::of(member, &factors)).collect();
    Ok(Json(Page { data, next_cursor }))
}

async fn people(
    Extension(identity): Extension<Arc<Identity>>,
    Signed(caller): Signed,
    listing: Listing,
) -> Answer<Json<Page<PersonJson>>> {
    let Page { data, next_cursor } = identity.page_of_members(&caller, &listing).await?;
    let data =
        data.into_iter().map(|Member { id, name, status, .. }| PersonJson { id, name, status }).collect();
    Ok(Json(Page { data, next_cursor }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ChangeRole {
    role: Role,
}

async fn change_role(
    Extension(identity): Extension<Arc<Identity>>,
    Signed(caller): Signed,
    Permitted(permit): Permitted<Members>,
    PathId(member): PathId<UserId>,
    Body(body): Body<ChangeRole>,
) -> Answer<Json<MemberJson>> {
    let changed = identity.change_role(&caller, permit, member, body.role).await?;
    let factors = identity.members_with_factor(&caller).await?;
    Ok(Json(MemberJson::of(changed, &factors)))
}

async fn remove(
    Extension(identity): Extension<Arc<Identity>>,
    Signed(caller): Signed,
    Permitted(permit): Permitted<Members>,
    PathId(member): PathId<UserId>,
) -> Answer<NoContent> {
    identity.remove_member(&caller, permit, member).await?;
    Ok(NoContent)
}
