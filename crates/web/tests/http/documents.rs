//! What the registry says of itself.

use kernel::access::Access;
use serde_json::json;
use web::{Doc, Route, Routes, StartError};

use crate::kit::{Reached, home, routes};

#[tokio::test]
async fn routes_that_are_there_twice_are_refused() {
    let home = home(|_| {}).await;
    let twice = Routes::new()
        .with(Route::get("/a/{one}", Access::Public, async || "1"))
        .with(Route::post("/a/{one}", Access::Public, async || "1"))
        .with(Route::get("/a/{two}", Access::Public, async || "2"));
    let refused = twice.into_front(home.app.clone()).unwrap_err();
    assert_eq!(refused, StartError::Twice("GET /api/v1/a/{two}".into()));
    for path in ["a", "/{", "/{}", "/{*rest}", "/:id", "/a{b}"] {
        let routes = Routes::new().with(Route::page_get(path, Access::Public, async || "1"));
        assert_eq!(routes.into_front(home.app.clone()).unwrap_err(), StartError::Path(path.into()));
    }
}

mod namesake {
    #[derive(utoipa::ToSchema)]
    #[expect(dead_code, reason = "only its schema counts")]
    pub struct Thing {
        colour: String,
    }
}

#[tokio::test]
async fn two_types_of_one_name_are_refused_and_lists_stand_where_they_are_used() {
    let home = home(|_| {}).await;
    let route = |doc: Doc| Routes::new().with(Route::get("/other", Access::Public, async || "1").doc(doc));
    let list = route(Doc::new("List").answers::<Vec<namesake::Thing>>(200));
    let document = serde_json::to_value(list.openapi("1")).unwrap();
    no_reference_dangles(&document, &document);
    let answer =
        &document["paths"]["/api/v1/other"]["get"]["responses"]["200"]["content"]["application/json"];
    assert_eq!(answer["schema"]["items"]["required"], json!(["colour"]));
    let both = routes(&Reached::default()).merge(route(Doc::new("Show").answers::<namesake::Thing>(200)));
    assert_eq!(both.into_front(home.app.clone()).unwrap_err(), StartError::Schema("Thing".into()));
}

#[test]
fn the_matrix_names_access_roles_and_a_body() {
    let table = serde_json::to_value(routes(&Reached::default()).table()).unwrap();
    let row = |method: &str, path: &str| {
        let rows = table.as_array().unwrap();
        rows.iter().find(|row| row["method"] == method && row["path"] == path).unwrap().clone()
    };
    let create = row("POST", "/api/v1/things");
    assert_eq!(create["access"], json!({"area": ["tasks", "full"]}));
    assert_eq!(create["roles"], json!(["admin", "manager", "team_lead", "developer"]));
    assert_eq!(
        (&create["content"], &create["example"]),
        (&json!("json"), &json!({"title": "Write it down"}))
    );
    assert_eq!(create["answers"], json!([201]));
    let delete = row("DELETE", "/api/v1/things/{thing}");
    assert_eq!((&delete["sudo"], &delete["roles"]), (&json!(true), &json!(["admin"])));
    assert_eq!(row("GET", "/healthz")["counted"], false);
    assert_eq!(row("GET", "/pages")["kind"], "page");
}

#[test]
fn the_document_is_made_of_the_same_routes() {
    let document = serde_json::to_value(routes(&Reached::default()).openapi("1.2.3")).unwrap();
    assert_eq!((&document["openapi"], &document["info"]["version"]), (&json!("3.1.0"), &json!("1.2.3")));
    let paths = document["paths"].as_object().unwrap();
    assert!(paths.contains_key("/healthz") && !paths.contains_key("/pages"), "{:?}", paths.keys());
    let create = &paths["/api/v1/things"]["post"];
    assert_eq!(create["operationId"], "post_things");
    assert_eq!(create["security"], json!([{"session": []}]));
    let body = &create["requestBody"]["content"]["application/json"];
    assert_eq!(body["example"], json!({"title": "Write it down"}));
    assert_eq!(body["schema"], json!({"$ref": "#/components/schemas/NewThing"}));
    let statuses: Vec<_> = create["responses"].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(statuses, ["201", "400", "401", "403", "409", "413", "415", "422", "429"]);
    let problem = &create["responses"]["422"]["content"]["application/problem+json"]["schema"];
    assert_eq!(problem, &json!({"$ref": "#/components/schemas/Problem"}));
    let list = &paths["/api/v1/things"]["get"];
    let names: Vec<_> =
        list["parameters"].as_array().unwrap().iter().map(|p| p["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["label", "number", "limit", "cursor", "Trackhold-Workspace"]);
    let answer = &list["responses"]["200"]["content"]["application/json"]["schema"];
    assert_eq!(answer, &json!({"$ref": "#/components/schemas/ThingPage"}));
    assert_eq!(paths["/api/v1/things/{thing}"]["get"]["parameters"][0]["in"], "path");
    assert_eq!(paths["/api/v1/login"]["post"]["security"], json!([{}]), "nobody need be signed in");
    no_reference_dangles(&document, &document);
}

fn no_reference_dangles(node: &serde_json::Value, document: &serde_json::Value) {
    match node {
        serde_json::Value::Object(fields) => {
            if let Some(target) = fields.get("$ref").and_then(serde_json::Value::as_str) {
                assert!(document.pointer(target.trim_start_matches('#')).is_some(), "{target} is nowhere");
            }
            fields.values().for_each(|value| no_reference_dangles(value, document));
        }
        serde_json::Value::Array(list) => list.iter().for_each(|value| no_reference_dangles(value, document)),
        _ => {}
    }
}
