//! JSON (RFC 8259), as far as the headers of tensors use it: objects, lists, texts and counts.

/// Objects and lists within one another; deeper ones are refused.
const DEPTH: usize = 8;

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Json {
    /// A string.
    Text(String),
    /// A number without sign, point or exponent.
    Count(usize),
    /// An array.
    List(Vec<Json>),
    /// Names and values in their order.
    Object(Vec<(String, Json)>),
}

impl Json {
    /// Reads a text that is one value and nothing more; nothing where it is not one of these.
    pub fn read(text: &str) -> Option<Self> {
        let mut reader = Reader { rest: text };
        let value = reader.value(DEPTH)?;
        reader.blank();
        reader.rest.is_empty().then_some(value)
    }

    /// A field of an object.
    pub fn field(&self, name: &str) -> Option<&Json> {
        let Json::Object(fields) = self else { return None };
        fields.iter().find(|(field, _)| field == name).map(|(_, value)| value)
    }

    /// A list of counts.
    pub fn counts(&self) -> Option<Vec<usize>> {
        let Json::List(items) = self else { return None };
        let count = |item: &Json| if let Json::Count(count) = item { Some(*count) } else { None };
        items.iter().map(count).collect()
    }
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn blank(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\r', '\n']);
    }

    /// Steps over a sign, and blanks before it, if it stands here.
    fn sign(&mut self, sign: char) -> bool {
        self.blank();
        let behind = self.rest.strip_prefix(sign);
        self.rest = behind.unwrap_or(self.rest);
        behind.is_some()
    }

    fn value(&mut self, depth: usize) -> Option<Json> {
        let depth = depth.checked_sub(1)?;
        if self.sign('"') {
            return self.text().map(Json::Text);
        }
        if self.sign('[') {
            let mut items = Vec::new();
            self.items(']', |reader| reader.value(depth).map(|item| items.push(item)))?;
            return Some(Json::List(items));
        }
        if self.sign('{') {
            let mut fields = Vec::new();
            self.items('}', |reader| {
                let name = reader.sign('"').then(|| reader.text())??;
                let value = reader.sign(':').then(|| reader.value(depth))??;
                fields.push((name, value));
                Some(())
            })?;
            return Some(Json::Object(fields));
        }
        let end = self.rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(self.rest.len());
        let (digits, rest) = self.rest.split_at(end);
        self.rest = rest;
        digits.parse().ok().map(Json::Count)
    }

    /// What stands between commas up to the closing sign.
    fn items(&mut self, close: char, mut item: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        if self.sign(close) {
            return Some(());
        }
        loop {
            item(self)?;
            if self.sign(close) {
                return Some(());
            }
            self.sign(',').then_some(())?;
        }
    }

    /// The rest of a text behind its first quotation mark.
    fn text(&mut self) -> Option<String> {
        let mut text = String::new();
        loop {
            let mut signs = self.rest.chars();
            let sign = signs.next()?;
            self.rest = signs.as_str();
            match sign {
                '"' => return Some(text),
                '\\' => text.push(self.escaped()?),
                '\0'..' ' => return None,
                _ => text.push(sign),
            }
        }
    }

    fn escaped(&mut self) -> Option<char> {
        let mut signs = self.rest.chars();
        let sign = signs.next()?;
        self.rest = signs.as_str();
        Some(match sign {
            '"' | '\\' | '/' => sign,
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => {
                let unit = self.unit()?;
                if !(0xd800..0xdc00).contains(&unit) {
                    return char::from_u32(unit);
                }
                self.rest = self.rest.strip_prefix("\\u")?;
                let low = self.unit()?.checked_sub(0xdc00).filter(|&low| low < 0x400)?;
                char::from_u32(0x10000 + ((unit - 0xd800) << 10) + low)?
            }
            _ => return None,
        })
    }

    /// Four hexadecimal digits.
    fn unit(&mut self) -> Option<u32> {
        let (digits, rest) = self.rest.split_at_checked(4)?;
        self.rest = rest;
        digits.chars().try_fold(0, |unit, digit| Some(unit << 4 | digit.to_digit(16)?))
    }
}

/// A text in quotation marks.
pub fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for sign in text.chars() {
        match sign {
            '"' | '\\' => quoted.extend(['\\', sign]),
            '\0'..' ' => quoted += &format!("\\u{:04x}", u32::from(sign)),
            _ => quoted.push(sign),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read() {
        let text = |text: &str| Json::Text(text.to_owned());
        let read = Json::read(" {\"a\" : [1,20 , []],\"b\":{},\n\"c\":\"\\u00e9\\n\\ud83d\\ude00\\/\"} ");
        let list = Json::List(vec![Json::Count(1), Json::Count(20), Json::List(vec![])]);
        let fields = [("a", list), ("b", Json::Object(vec![])), ("c", text("é\n\u{1F600}/"))];
        assert_eq!(read, Some(Json::Object(fields.map(|(name, value)| (name.to_owned(), value)).into())));
        for sign in ["\"", "\\", "\n", "\u{0}", "é", "\u{1F600}"] {
            assert_eq!(Json::read(&quoted(sign)), Some(text(sign)));
        }
    }

    #[test]
    fn anything_else_is_not() {
        for text in [
            "",
            "{",
            "[1,]",
            "[1 2]",
            "{\"a\"}",
            "{\"a\":}",
            "{a:1}",
            "-1",
            "1.5",
            "null",
            "1 1",
            "99999999999999999999999",
            "\"\\x\"",
            "\"\\ud800\"",
            "\"\\udc00\"",
            "\"\n\"",
            "\"",
        ] {
            assert_eq!(Json::read(text), None, "{text}");
        }
        assert_eq!(Json::read(&"[".repeat(100_000)), None);
    }
}
