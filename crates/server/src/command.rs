//! The commands beside `serve`: their question, who answers it, and how the answer looks.

use std::io::{BufRead, Write};
use std::process::ExitCode;
use std::sync::Arc;

use serde_json::Value;
use store::backup::Progress;
use zeroize::Zeroizing;

use crate::admin::{self, Answer, Operations, Question};
use crate::cli::{Audit, Common, User};
use crate::config::Config;
use crate::environment::Environment;
use crate::failure::Failure;
use crate::instance::Instance;
use crate::{data_dir, log, master_key};

/// Characters of a line of standard input that a password is looked for in.
const LONGEST_PASSWORD_LINE: u64 = 4_096;

pub fn user(command: User, environment: Environment) -> Result<ExitCode, Failure> {
    match command {
        User::Create(create) => {
            let password = read_password(std::io::stdin().lock())?;
            let question = Question::CreateUser {
                email: create.email,
                name: create.name,
                password: password.to_string(),
                superadmin: create.superadmin,
                workspace: create.workspace,
            };
            let made = put(&create.common, environment, question, true)?;
            let (user, workspace) = (&made["user"]["id"], &made["workspace"]);
            let said = format!(
                "{} was made, {} of {}",
                text(user),
                text(&workspace["role"]),
                text(&workspace["id"])
            );
            show(&create.common, &made, &said);
        }
        User::ResetFactor(reset) => {
            let question = Question::ResetFactor { email: reset.email };
            let made = put(&reset.common, environment, question, false)?;
            let said = if made["had_one"] == true {
                format!("{} has no second factor any more, and is signed out everywhere", text(&made["user"]))
            } else {
                format!("{} had no second factor", text(&made["user"]))
            };
            show(&reset.common, &made, &said);
        }
        User::Recover(recover) => {
            let question = Question::RecoverUser { email: recover.email };
            let made = put(&recover.common, environment, question, false)?;
            show(
                &recover.common,
                &made,
                &format!("A new password can be chosen, once, at {}", text(&made["link"])),
            );
        }
    }
    Ok(ExitCode::SUCCESS)
}

pub fn audit(command: Audit, environment: Environment) -> Result<ExitCode, Failure> {
    let Audit::Verify(verify) = command;
    let question = Question::VerifyAudit { workspace: verify.workspace };
    let found = put(&verify.common, environment, question, false)?;
    let lines: Vec<String> = found["chains"].as_array().into_iter().flatten().map(chain_line).collect();
    show(&verify.common, &found, &lines.join("\n"));
    Ok(if found["whole"] == true { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn chain_line(chain: &Value) -> String {
    let whose = chain["workspace"].as_str().unwrap_or("instance");
    match &chain["broken"] {
        Value::Null => format!("{whose}: whole, {} records", chain["records"]),
        broken => format!("{whose}: BROKEN at record {}: {}", broken["record"], text(&broken["why"])),
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// The settings of a command, whose log begins with them.
pub fn configured(common: &Common, environment: &Environment) -> Result<Config, Failure> {
    let config = Config::load(common.settings(), environment.settings.clone(), common.config.as_deref())?;
    log::start(&config, tracing::Level::WARN);
    Ok(config)
}

fn put(
    common: &Common,
    environment: Environment,
    question: Question,
    may_make: bool,
) -> Result<Value, Failure> {
    let config = configured(common, &environment)?;
    if !may_make {
        return answer(&config, &environment, question, None);
    }
    match ask(&config, &question)? {
        Some(answer) => answer.into_value(),
        None => perform_here(&config, &environment, question, None),
    }
}

/// Has the question answered: by the server that owns the data, else by this process, which shows how it goes.
/// It makes no data where there is none.
pub fn answer(
    config: &Config,
    environment: &Environment,
    question: Question,
    shown: Option<Arc<dyn Progress>>,
) -> Result<Value, Failure> {
    if let Some(answer) = ask(config, &question)? {
        return answer.into_value();
    }
    if config.is_embedded() && !data_dir::has_data(&config.data) {
        return Err(Failure::Other(format!("there is no Trackhold data in {}", config.data.display())));
    }
    perform_here(config, environment, question, shown)
}

/// On PostgreSQL commands need no server.
pub fn ask(config: &Config, question: &Question) -> Result<Option<Answer>, Failure> {
    if config.is_embedded() { admin::ask(&config.data, question) } else { Ok(None) }
}

fn perform_here(
    config: &Config,
    environment: &Environment,
    question: Question,
    shown: Option<Arc<dyn Progress>>,
) -> Result<Value, Failure> {
    if config.is_embedded() {
        data_dir::prepare(&config.data)?;
    }
    let held = master_key::obtain(config, environment.master_key.as_ref())?;
    held.announce(log::is_human(config.log_format));
    let runtime = tokio::runtime::Runtime::new().map_err(Failure::other)?;
    runtime.block_on(async {
        let instance = Instance::open(config, &held, config.listen.port()).await?;
        let operations = Operations { shown, ..instance.operations() };
        operations.perform(question).await.into_value()
    })
}

/// One line, without its end.
fn read_password(input: impl BufRead) -> Result<Zeroizing<String>, Failure> {
    let mut line = Zeroizing::new(String::new());
    input
        .take(LONGEST_PASSWORD_LINE)
        .read_line(&mut line)
        .map_err(|error| Failure::Use(format!("the password on standard input: {error}")))?;
    let password = line.strip_suffix('\n').unwrap_or(&line);
    let password = password.strip_suffix('\r').unwrap_or(password);
    if password.is_empty() {
        return Err(Failure::Use("there is no password on standard input".into()));
    }
    Ok(Zeroizing::new(password.to_owned()))
}

fn show(common: &Common, value: &Value, said: &str) {
    if common.json {
        print(&format!("{value:#}"));
    } else {
        print(said);
    }
}

/// A reader that went away is no reason to fail after the work is done.
pub fn print(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_one_line() {
        for (input, expected) in [("abc\n", "abc"), ("abc\r\nmore", "abc"), (" a c ", " a c ")] {
            assert_eq!(*read_password(input.as_bytes()).unwrap(), *expected);
        }
        assert!(read_password("".as_bytes()).is_err() && read_password("\n".as_bytes()).is_err());
        assert!(read_password([0xff, b'\n'].as_slice()).is_err());
    }
}
