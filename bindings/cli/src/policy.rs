//! What is asked for, as a policy: the method named, the channel, and settings that win over it.

use unmarked::{DrawnAs, Method, Policy};

use crate::args::{self, CleanArgs, For, Settings};

/// The policy that `args` ask for, or one line on why that cannot be meant.
pub(crate) fn policy(args: &CleanArgs) -> Result<Policy, String> {
    let setting = args.settings.first();
    let method = match (args.method, setting) {
        (None, Some(_)) => Some(args::Method::Rebuild),
        (method, _) => method,
    };
    let mut policy = chosen(method, args.channel);
    if let Some(setting) = setting
        && policy.method != Method::Rebuild
    {
        let method = policy.method.to_string().to_lowercase();
        return Err(format!(
            "{setting} changes the picture, which --method {method} leaves as it is; leave one out"
        ));
    }
    args.settings.write_to(&mut policy);
    policy.page = args.page.map_or(0, |page| page.saturating_sub(1));
    Ok(policy)
}

/// The policy of a channel, or the default one; a method that is named wins over it, and gives way to no
/// other.
pub(crate) fn chosen(method: Option<args::Method>, channel: Option<For>) -> Policy {
    let mut policy = channel.map_or_else(Policy::default, |channel| channel.0.policy());
    if let Some(method) = method {
        policy.method = method.into();
        policy.rebuild_if_refused = false;
        policy.strip_if_not_decoded = false;
    }
    policy
}

impl Settings {
    /// The first flag of these that was given.
    fn first(&self) -> Option<&'static str> {
        let given = [
            (!self.redact.is_empty(), "--redact"),
            (self.longest_edge.is_some(), "--longest-edge"),
            (self.quality.is_some(), "--quality"),
            (self.max_bytes.is_some(), "--max-bytes"),
            (self.grey, "--grey"),
            (self.format.is_some(), "--format"),
        ];
        given.iter().find(|(given, _)| *given).map(|(_, flag)| *flag)
    }

    fn write_to(&self, policy: &mut Policy) {
        let rebuild = &mut policy.rebuild;
        rebuild.drawn_as = match self.format {
            Some(format) => format.into(),
            // a quality means JPEG, which alone has one
            None if self.quality.is_some() => DrawnAs::Jpeg,
            None => rebuild.drawn_as,
        };
        rebuild.longest_edge = self.longest_edge.or(rebuild.longest_edge);
        rebuild.quality = self.quality.unwrap_or(rebuild.quality);
        rebuild.max_bytes = self.max_bytes.map(|bytes| bytes.0).or(rebuild.max_bytes);
        rebuild.grey |= self.grey;
        rebuild.redactions.extend(self.redact.iter().copied().map(Into::into));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::{Args, Command};
    use clap::Parser;
    use unmarked::{Channel, Rebuild, Redaction};

    fn asked(words: &str) -> Result<Policy, String> {
        let words = format!("unmarked clean a.jpg {words}");
        match Args::try_parse_from(words.split_whitespace()).unwrap().command {
            Command::Clean(args) => policy(&args),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn no_method_is_the_default_road() {
        assert_eq!(asked("").unwrap(), Policy::default());
    }

    #[test]
    fn a_method_named_does_not_fall_back() {
        for (word, method) in
            [("strip", Method::Strip), ("recode", Method::Recode), ("rebuild", Method::Rebuild)]
        {
            let policy = asked(&format!("--method {word}")).unwrap();
            assert_eq!((policy.method, policy.rebuild_if_refused), (method, false));
            assert!(!policy.strip_if_not_decoded);
        }
    }

    #[test]
    fn settings_mean_rebuild() {
        let policy = asked("--longest-edge 900 --max-bytes 300K --grey --redact -1,2,3,4").unwrap();
        assert_eq!(policy.method, Method::Rebuild);
        let expected = Rebuild {
            longest_edge: Some(900),
            max_bytes: Some(300_000),
            grey: true,
            redactions: vec![Redaction::Rectangle { x: -1, y: 2, width: 3, height: 4 }],
            ..Rebuild::FULL_SIZE
        };
        assert_eq!(policy.rebuild, expected);
    }

    #[test]
    fn a_format_is_asked_for_or_follows() {
        assert_eq!(asked("--format png").unwrap().rebuild.drawn_as, DrawnAs::Png);
        assert_eq!(asked("--for signal --format png").unwrap().rebuild.drawn_as, DrawnAs::Png);
        assert_eq!(asked("--quality 80").unwrap().rebuild.drawn_as, DrawnAs::Jpeg);
        assert_eq!(asked("--grey").unwrap().rebuild.drawn_as, DrawnAs::BySource);
    }

    #[test]
    fn pages_are_counted_from_one() {
        assert_eq!((asked("").unwrap().page, asked("--page 3").unwrap().page), (0, 2));
    }

    #[test]
    fn only_the_bare_preset_of_a_channel_falls_back_to_strip() {
        assert!(asked("--for signal").unwrap().strip_if_not_decoded);
        for named in ["--quality 40", "--redact 1,2,3,4", "--method rebuild"] {
            assert!(!asked(&format!("--for signal {named}")).unwrap().strip_if_not_decoded);
        }
    }

    #[test]
    fn a_channel_chooses_and_what_is_named_wins() {
        assert_eq!(asked("--for securedrop").unwrap(), Channel::SecureDrop.policy());
        let policy = asked("--for signal --quality 40").unwrap();
        assert_eq!((policy.rebuild.quality, policy.rebuild.longest_edge), (40, Some(1600)));
        let policy = asked("--for signal --method recode").unwrap();
        assert_eq!(
            (policy.method, policy.channel),
            (Method::Recode, Some(Channel::SignalStandard))
        );
    }

    #[test]
    fn settings_with_a_method_that_leaves_the_picture_are_wrong() {
        for method in ["strip", "recode"] {
            for setting in [
                "--redact 1,2,3,4",
                "--longest-edge 9",
                "--quality 9",
                "--max-bytes 9K",
                "--grey",
                "--format png",
            ] {
                let line = asked(&format!("--method {method} {setting} --for signal")).unwrap_err();
                let flag = setting.split(' ').next().unwrap();
                assert!(line.contains(flag) && line.contains(method), "{line}");
            }
        }
    }
}
