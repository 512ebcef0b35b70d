//! What a list's name says about its cards. Trello has no status; a due date that was ticked off is
//! the only thing that says "done" by itself.

/// Words that begin a list's name, in the languages of Trello's own templates. The whole name or its
/// first words have to match, so that "Done in March" counts and "Not done" does not.
const DONE: &[&str] = &[
    "done",
    "complete",
    "completed",
    "finished",
    "closed",
    "shipped",
    "released",
    "deployed",
    "resolved",
    "live",
    "merged",
    "delivered",
    "erledigt",
    "fertig",
    "abgeschlossen",
    "terminé",
    "fait",
    "fini",
    "hecho",
    "terminado",
    "completado",
    "listo",
    "concluído",
    "feito",
    "fatto",
    "completato",
    "klaar",
    "gereed",
    "afgerond",
    "klart",
    "färdig",
    "färdigt",
    "gjort",
    "gotowe",
    "zrobione",
    "hotovo",
    "kész",
    "valmis",
    "готово",
    "сделано",
    "完了",
    "完成",
];
const DOING: &[&str] = &[
    "doing",
    "in progress",
    "in process",
    "in development",
    "in dev",
    "in review",
    "in test",
    "in testing",
    "in qa",
    "wip",
    "work in progress",
    "working on",
    "ongoing",
    "started",
    "active",
    "review",
    "code review",
    "testing",
    "qa",
    "in bearbeitung",
    "in arbeit",
    "läuft",
    "en cours",
    "en proceso",
    "en curso",
    "haciendo",
    "em andamento",
    "fazendo",
    "in corso",
    "bezig",
    "mee bezig",
    "pågår",
    "pågående",
    "w toku",
    "в работе",
    "в процессе",
    "進行中",
    "进行中",
];
const CANCELLED: &[&str] = &[
    "cancelled",
    "canceled",
    "won t do",
    "wont do",
    "wontfix",
    "won t fix",
    "rejected",
    "declined",
    "abandoned",
    "abgebrochen",
    "verworfen",
    "annulé",
    "cancelado",
    "annullato",
    "geannuleerd",
];

/// The status of the open cards of a list with this name.
pub(super) fn of_list(name: &str) -> &'static str {
    let words = words(name);
    let begins =
        |known: &&str| words.strip_prefix(known).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '));
    let says = |words: &[&str]| words.iter().any(&begins);
    match () {
        () if says(DONE) => "done",
        () if says(CANCELLED) => "cancelled",
        () if says(DOING) => "doing",
        () => "todo",
    }
}

/// Letters in lower case, everything else (emoji, numbers, punctuation) as one space.
fn words(name: &str) -> String {
    let mut words = String::with_capacity(name.len());
    for letter in name.chars().flat_map(char::to_lowercase) {
        if letter.is_alphabetic() {
            words.push(letter);
        } else if !words.is_empty() && !words.ends_with(' ') {
            words.push(' ');
        }
    }
    words.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::of_list;

    #[test]
    fn names_of_lists_say_what_is_done() {
        for (name, status) in [
            ("To Do", "todo"),
            ("Doing", "doing"),
            ("Done", "done"),
            ("✅ DONE!", "done"),
            ("Done (sprint 3)", "done"),
            ("4. In Progress - team A", "doing"),
            ("In Bearbeitung", "doing"),
            ("Erledigt", "done"),
            ("Won't do", "cancelled"),
            ("Not done", "todo"),
            ("Donetsk trip", "todo"),
            ("Activewear", "todo"),
            ("Backlog", "todo"),
            ("完了", "done"),
            ("", "todo"),
            ("🎉", "todo"),
        ] {
            assert_eq!(of_list(name), status, "{name}");
        }
    }
}
