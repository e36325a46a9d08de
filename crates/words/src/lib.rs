//! The words that people read: one folder of Fluent files per language under `assets/words`, a generated [`Key`] for
//! each message. No sentence that a person reads is written anywhere else.

use std::borrow::Cow;
use std::sync::LazyLock;

use fluent_bundle::{FluentArgs, FluentResource, concurrent::FluentBundle};
use unic_langid::langid;

mod keys {
    #![allow(missing_docs)]
    include!(concat!(env!("OUT_DIR"), "/keys.rs"));
}
pub use keys::Key;

/// The words of one language.
pub struct Words {
    bundle: FluentBundle<FluentResource>,
}

static ES: LazyLock<Words> = LazyLock::new(|| Words::load(keys::ES));

/// Spanish, the language of the desk.
#[must_use]
pub fn es() -> &'static Words {
    &ES
}

impl Words {
    fn load(sources: &[&str]) -> Self {
        let mut bundle = FluentBundle::new_concurrent(vec![langid!("es-EC")]);
        // Isolation marks are for mixed scripts; on paper and in mail headers they print as boxes.
        bundle.set_use_isolating(false);
        for source in sources {
            // The build script parsed these very files; what has no errors there has none here.
            let resource = FluentResource::try_new((*source).to_owned()).unwrap_or_else(|(resource, _)| resource);
            bundle.add_resource_overriding(resource);
        }
        Self { bundle }
    }

    /// The message without arguments.
    #[must_use]
    pub fn get(&self, key: Key) -> String {
        self.format(key.id(), None).unwrap_or_else(|| key.id().to_owned())
    }

    /// The message with its arguments; one that is missing shows its name in braces.
    #[must_use]
    pub fn with(&self, key: Key, args: &[(&str, &str)]) -> String {
        let mut fluent = FluentArgs::new();
        for (name, value) in args {
            fluent.set(Cow::Owned((*name).to_owned()), (*value).to_owned());
        }
        self.format(key.id(), Some(&fluent)).unwrap_or_else(|| key.id().to_owned())
    }

    /// The message of an id that is only known at run time, such as `error-<code>`; `None` where there is none.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<String> {
        self.format(id, None)
    }

    fn format(&self, id: &str, args: Option<&FluentArgs<'_>>) -> Option<String> {
        let pattern = self.bundle.get_message(id)?.value()?;
        let mut errors = Vec::new();
        Some(self.bundle.format_pattern(pattern, args, &mut errors).into_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_has_words() {
        for key in Key::ALL {
            assert_ne!(es().get(*key), key.id(), "{key:?} has no value");
        }
    }
}
