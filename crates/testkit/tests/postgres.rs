//! The server and the roles that every other suite builds on.

use tokio_postgres::NoTls;

async fn one(url: &str, sql: &str) -> Result<String, String> {
    let (client, connection) =
        tokio_postgres::connect(url, NoTls).await.map_err(|error| error.to_string())?;
    tokio::spawn(connection);
    let row = client.query_one(sql, &[]).await.map_err(|error| match error.as_db_error() {
        Some(refused) => refused.message().to_owned(),
        None => error.to_string(),
    })?;
    Ok(row.get(0))
}

#[tokio::test]
async fn roles_are_those_of_an_installation() {
    let database = testkit::postgres().fresh_database();
    let who = "SELECT current_user || ' in ' || current_database()";
    assert_eq!(one(&database.migrate_url, who).await, Ok(format!("trackhold_owner in {}", database.name)));
    assert_eq!(one(&database.serve_url, who).await, Ok(format!("trackhold_app in {}", database.name)));
    let powers = "SELECT rolsuper::text || rolbypassrls::text || rolcreaterole::text || rolcreatedb::text
                  FROM pg_roles WHERE rolname = current_user";
    assert_eq!(one(&database.serve_url, powers).await, Ok("falsefalsefalsefalse".to_owned()));
    let tenant = "SELECT pg_has_role(current_user, 'trackhold_tenant', 'member')::text";
    assert_eq!(one(&database.serve_url, tenant).await, Ok("true".to_owned()));
    let owns = "SELECT pg_has_role(current_user, 'trackhold_owner', 'member')::text";
    assert_eq!(one(&database.serve_url, owns).await, Ok("false".to_owned()));
}

#[tokio::test]
async fn the_application_role_may_do_nothing_on_its_own() {
    let database = testkit::postgres().fresh_database();
    let (owner, connection) = tokio_postgres::connect(&database.migrate_url, NoTls).await.unwrap();
    tokio::spawn(connection);
    owner.batch_execute("CREATE SCHEMA tenant; CREATE TABLE tenant.notes (body text)").await.unwrap();
    let refused = one(&database.serve_url, "SELECT count(*)::text FROM tenant.notes").await;
    assert_eq!(refused, Err("permission denied for schema tenant".to_owned()));
}

#[test]
fn a_database_goes_with_its_value() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let database = testkit::postgres().fresh_database();
    let (url, name) = (database.superuser_url.clone(), database.name.clone());
    assert_eq!(runtime.block_on(one(&url, "SELECT current_database()::text")), Ok(name.clone()));
    drop(database);
    let refused = runtime.block_on(one(&url, "SELECT 'still there'"));
    assert!(refused.is_err(), "{name} is still there");
}

#[test]
fn a_private_server_is_ended_and_keeps_what_it_acknowledged() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let server = testkit::TestPostgres::private();
    let database = server.fresh_database();
    let url = database.superuser_url.clone();
    let table = "CREATE TABLE kept AS SELECT 'kept' AS word";
    runtime.block_on(async {
        let (client, connection) = tokio_postgres::connect(&url, NoTls).await.unwrap();
        tokio::spawn(connection);
        client.batch_execute(table).await.unwrap();
    });
    server.restart();
    assert_eq!(runtime.block_on(one(&url, "SELECT word FROM kept")), Ok("kept".to_owned()));
    let another = server.fresh_database();
    assert_eq!(runtime.block_on(one(&another.superuser_url, "SELECT 'there'")), Ok("there".to_owned()));
}
