//! `trackhold serve`: from the configuration to the last answer.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tracing::Level;
use work::imports::Runner;

use crate::admin::Socket;
use crate::backups::Wanted;
use crate::cli::Serve;
use crate::config::{Config, LogFormat};
use crate::environment::Environment;
use crate::failure::Failure;
use crate::instance::Instance;
use crate::{backups, command, data_dir, jobs, log, master_key, routes, signals};

pub fn serve(arguments: &Serve, environment: Environment) -> Result<ExitCode, Failure> {
    let common = &arguments.common;
    let mut config =
        Config::load(arguments.settings(), environment.settings.clone(), common.config.as_deref())?;
    config.refuse_plain_http_in_the_open()?;
    if config.backup.to.is_some() {
        // A place or key that cannot be used is said now, not in the night.
        backups::plan(Wanted::default(), &config.backup)?;
    }
    if common.json && config.log_format == LogFormat::Auto {
        config.log_format = LogFormat::Json;
    }
    log::start(&config, Level::INFO);
    let runtime = tokio::runtime::Runtime::new().map_err(Failure::other)?;
    let ended = runtime.block_on(run(&config, &environment, common.json));
    // What still blocks a thread does not keep the process: all that was answered is durable.
    runtime.shutdown_timeout(Duration::from_secs(1));
    ended.map(|()| ExitCode::SUCCESS)
}

async fn run(config: &Config, environment: &Environment, json: bool) -> Result<(), Failure> {
    // Signals first: one that comes while the store opens is not lost.
    let stop = signals::watch().map_err(Failure::other)?;
    let listener = listen(config).await?;
    let address = listener.local_addr().map_err(Failure::other)?;
    if config.is_embedded() {
        data_dir::prepare(&config.data)?;
    }
    let held = master_key::obtain(config, environment.master_key.as_ref())?;
    held.announce(log::is_human(config.log_format));
    let instance = Instance::open(config, &held, address.port()).await?;
    let settings = Arc::new(settings(config, &instance));
    let app = web::App::new(
        instance.store.clone(),
        settings.clone(),
        instance.identity.clone(),
        vec![instance.identity.clone(), Arc::new(work::WorkFrame)],
    );
    // On PostgreSQL as well: uploads wait here until they are imported.
    data_dir::prepare(&config.data)?;
    let imports = Runner::new(instance.store.clone(), &config.data).map_err(Failure::other)?;
    let front = routes::served(instance.identity.clone(), imports.clone(), instance.backups.clone())
        .into_front(app)
        .map_err(Failure::other)?;
    let socket = listen_to_commands(config, &instance)?;
    announce(&instance, json).await?;
    let jobs = jobs::start(&instance, imports, &stop);
    let served = web::serve(listener, front, settings, stop.cancelled_owned()).await;
    drop(socket);
    served.map_err(Failure::other)?;
    jobs.finish().await;
    tracing::info!("stopped");
    Ok(())
}

async fn listen(config: &Config) -> Result<TcpListener, Failure> {
    TcpListener::bind(config.listen).await.map_err(|error| {
        let address = config.listen;
        Failure::Other(match error.kind() {
            std::io::ErrorKind::AddrInUse => {
                format!("{address} is in use by another program; choose another with --listen")
            }
            std::io::ErrorKind::PermissionDenied => {
                format!("{address} may not be used by this user; choose a port from 1024 on")
            }
            _ => format!("{address} cannot be listened on: {error}"),
        })
    })
}

fn settings(config: &Config, instance: &Instance) -> web::Settings {
    let mut settings = web::Settings::new(instance.public_url.clone()).behind(config.behind_proxy.clone());
    settings.rate_per_minute = config.rate_per_minute;
    settings.assets = routes::assets();
    if !config.behind_proxy.is_empty() && !instance.public_url.is_https() {
        tracing::warn!(
            public_url = instance.public_url.origin(),
            "behind a proxy, but public_url is not https: links lead to plain HTTP, where browsers send no session"
        );
    }
    settings
}

/// Commands reach a server where it keeps others from its data; on PostgreSQL they need no server.
fn listen_to_commands(config: &Config, instance: &Instance) -> Result<Option<Socket>, Failure> {
    if !config.is_embedded() {
        return Ok(None);
    }
    Socket::listen(&config.data, Arc::new(instance.operations()))
        .map(Some)
        .map_err(|error| Failure::Other(format!("no admin socket in {}: {error}", config.data.display())))
}

/// The address, and as long as nobody has claimed the instance, the link to do so.
async fn announce(instance: &Instance, json: bool) -> Result<(), Failure> {
    let url = instance.public_url.origin();
    let link = instance.identity.first_run_link().await.map_err(Failure::other)?;
    if json {
        let link = link.as_ref().map(|link| link.expose());
        command::print(
            &serde_json::json!({ "url": url, "first_run": link, "version": routes::VERSION }).to_string(),
        );
        return Ok(());
    }
    command::print(&format!("Trackhold is at {url}"));
    if let Some(link) = link {
        command::print(&format!("First run: {}", link.expose()));
    }
    Ok(())
}
