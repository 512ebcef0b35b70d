//! Parameters of the query that nobody means.

use super::Suite;
use super::variants::QUERY;
use crate::registry::Route;
use crate::world::{Who, percent};

impl Suite<'_> {
    pub(super) fn query(&mut self, route: &Route) {
        let parameters = self.world.query_parameters(route);
        let names: Vec<String> =
            parameters.iter().filter_map(|one| one["name"].as_str().map(str::to_owned)).collect();
        if names.is_empty() {
            return;
        }
        let required = self.world.required_query(route);
        let target = self.base(route).request.target.split('?').next().unwrap_or_default().to_owned();
        let ask = |suite: &mut Self, query: &str| {
            let mut request = suite.base(route).request;
            let name = query.split('=').next().unwrap_or_default();
            let rest = if required.contains(&format!("{name}=")) { "" } else { &required };
            request.target = format!("{target}?{query}{}", rest.replace('?', "&"));
            suite.ask(route, query, &request)
        };
        for name in &names {
            for value in QUERY {
                let answer = ask(self, &format!("{name}={value}"));
                let paging = name == "limit" || (name == "cursor" && !value.is_empty());
                let right = if paging { answer.status == 400 } else { (200..500).contains(&answer.status) };
                self.expect(right, route, &format!("?{name}={value}"), &answer);
                let unreadable = ["%00", "%ff", "%F0%9F"].contains(&value);
                self.expect(!unreadable || answer.status == 400, route, &format!("?{name}={value}"), &answer);
            }
            let answer = ask(self, &format!("{name}={}", "x".repeat(8_000)));
            self.expect((200..500).contains(&answer.status), route, &format!("a long {name}"), &answer);
            let answer = ask(self, &format!("{name}=1&{name}=2"));
            self.expect((200..500).contains(&answer.status), route, &format!("{name} twice"), &answer);
        }
        if names.iter().any(|name| name == "limit") {
            for (limit, status) in
                [("0", 400), ("1001", 400), ("1000", 200), ("1", 200), ("01", 0), ("+5", 400), ("5%20", 400)]
            {
                let answer = ask(self, &format!("limit={limit}"));
                self.expect(
                    status == 0 || answer.status == status,
                    route,
                    &format!("?limit={limit}"),
                    &answer,
                );
            }
        }
        if names.iter().any(|name| name == "cursor") {
            self.tampered_cursors(route, &target);
        }
    }

    /// A real one, changed a letter at a time.
    fn tampered_cursors(&mut self, route: &Route, target: &str) {
        let mut request = self.base(route).request;
        request.target = format!("{target}?limit=1");
        let page = self.world.send(&Who::Person(self.world.b.admin()), &request).json();
        let Some(cursor) = page["next_cursor"].as_str().map(str::to_owned) else { return };
        let mut tampered = vec![cursor[1..].to_owned(), format!("{cursor}A"), cursor.repeat(200)];
        for place in (0..cursor.len()).step_by(5) {
            let mut letters: Vec<char> = cursor.chars().collect();
            letters[place] = if letters[place] == 'x' { 'y' } else { 'x' };
            tampered.push(letters.into_iter().collect());
        }
        for text in tampered {
            request.target = format!("{target}?limit=1&cursor={}", percent(&text));
            let answer = self.ask(route, "a cursor that was touched", &request);
            self.expect(answer.status == 400, route, &format!("cursor {text}"), &answer);
        }
    }
}
