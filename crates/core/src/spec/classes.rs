use serde::{Deserialize, Serialize};

use super::field::Field;
use crate::data::formats::CLASSES;
use crate::text::link as text;

/// Classes that are kept, in this order, counted from 0; all if empty: `0-1-7`, or `all`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Classes(pub Vec<u32>);

const ALL: &str = "all";

impl Classes {
    /// What they are called, where `all` are the names of all classes.
    pub fn names(&self, all: Vec<String>) -> Vec<String> {
        if self.0.is_empty() {
            return all;
        }
        let name = |&class: &u32| all.get(class as usize).cloned().unwrap_or_else(|| class.to_string());
        self.0.iter().map(name).collect()
    }
}

impl Field for Classes {
    fn read(word: &str) -> Result<Self, String> {
        if word == ALL {
            return Ok(Self::default());
        }
        let mut classes = Vec::new();
        for part in word.split('-') {
            match part.trim().parse::<u32>() {
                Ok(class) if (class as usize) < CLASSES => classes.push(class),
                _ => return Err(text::NO_CLASSES.to_owned()),
            }
        }
        let twice = (1..classes.len()).any(|i| classes[..i].contains(&classes[i]));
        match classes.len() {
            _ if twice => Err(text::CLASS_TWICE.to_owned()),
            0 | 1 => Err(text::ONE_CLASS.to_owned()),
            _ => Ok(Self(classes)),
        }
    }

    fn word(&self) -> String {
        if self.0.is_empty() {
            return ALL.to_owned();
        }
        self.0.iter().map(ToString::to_string).collect::<Vec<_>>().join("-")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_read_and_written() {
        for word in ["all", "0-1-7", "9-3"] {
            assert_eq!(Classes::read(word).unwrap().word(), word);
        }
        for (word, why) in [
            ("", "is not a list of classes such as 0-1-7"),
            ("0-a", "is not a list of classes such as 0-1-7"),
            ("0-100", "is not a list of classes such as 0-1-7"),
            ("3", "is one class, and a choice needs two or more"),
            ("3-4-3", "names a class twice"),
        ] {
            assert_eq!(Classes::read(word).unwrap_err(), why, "{word}");
        }
        let all = ["a", "b", "c"].map(str::to_owned).to_vec();
        assert_eq!(Classes(vec![2, 0]).names(all.clone()), ["c", "a"]);
        assert_eq!(Classes::default().names(all.clone()), all);
    }
}
