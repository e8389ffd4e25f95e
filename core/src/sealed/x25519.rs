//! Recipients and identities native to age (age, "X25519 recipient stanza"): those of its crate, with
//! errors that tell what else a text is, and without its panic on keys that nothing can be sealed to.

use std::fmt;
use std::str::FromStr;

use age::secrecy::ExposeSecret;
use age::x25519;
use age_core::primitives::bech32_decode;
use ring::agreement::{EphemeralPrivateKey, UnparsedPublicKey, X25519, agree_ephemeral};
use ring::rand::SystemRandom;
use zeroize::Zeroizing;

use super::{Error, keys};

/// Of a key that is native to age, so of no plugin's.
const RECIPIENT: &str = "age1";
const IDENTITY: &str = "AGE-SECRET-KEY-1";

/// Somebody to whom a file is sealed, by a public key: `age1…`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Recipient(x25519::Recipient);

/// The secret key that opens what is sealed to its [`Recipient`]: `AGE-SECRET-KEY-1…`. Wiped on
/// drop; its words never show it.
pub struct Identity(x25519::Identity);

impl Recipient {
    /// As age's crate takes it.
    pub(super) fn as_age(&self) -> &dyn age::Recipient {
        &self.0
    }
}

impl Identity {
    /// A new one, from the system's generator.
    pub fn generate() -> Result<Identity, Error> {
        keys::generator_works()?;
        Ok(Identity(x25519::Identity::generate()))
    }

    /// All identities in `text`, one a line, as age-keygen writes them into a file; lines that begin with
    /// # say nothing. An error comes with the number of its line, from 1.
    pub fn all_in(text: &str) -> Result<Vec<Identity>, (usize, Error)> {
        let lines = (1..).zip(text.lines().map(str::trim));
        let named = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
        named.map(|(number, line)| line.parse().map_err(|error| (number, error))).collect()
    }

    /// Who has this identity, as others name them.
    pub fn recipient(&self) -> Recipient {
        Recipient(self.0.to_public())
    }

    /// The identity in words, as the age tools write it into their files.
    pub fn to_words(&self) -> Zeroizing<String> {
        Zeroizing::new(self.0.to_string().expose_secret().to_owned())
    }

    /// As age's crate takes it.
    pub(super) fn as_age(&self) -> &dyn age::Identity {
        &self.0
    }
}

/// An error if `text` is a key of low order: what is shared with it is nought, known to everybody.
fn refuse_low_order(text: &str) -> Result<(), Error> {
    let decoded = bech32_decode(text, |_| (), |_| Ok(()), |_, bytes| Ok(bytes.collect::<Vec<_>>()));
    let key = UnparsedPublicKey::new(&X25519, decoded.unwrap_or_default());
    let generator = SystemRandom::new();
    let any = EphemeralPrivateKey::generate(&X25519, &generator).map_err(|_| Error::Random)?;
    agree_ephemeral(any, &key, |_| ())
        .map_err(|_| Error::Recipient("nothing can be sealed to this key"))
}

impl FromStr for Recipient {
    type Err = Error;

    fn from_str(text: &str) -> Result<Recipient, Error> {
        if text.starts_with(RECIPIENT)
            && let Ok(recipient) = text.parse()
        {
            refuse_low_order(text)?;
            return Ok(Recipient(recipient));
        }
        Err(Error::Recipient(match text.trim() {
            // BIP 173: the human-readable part ends at the last 1
            text if text.starts_with("age1pq1") => "age1pq… (post-quantum) is not supported yet",
            text if text.starts_with("age1tag") => "age1tag… (a hardware key) is not supported",
            text if text.starts_with("age1") && text.matches('1').count() > 1 => {
                "age1…1… (a plugin's) is not supported"
            }
            text if text.starts_with("ssh-") => "an SSH key is not supported",
            text if text.starts_with("AGE-SECRET-KEY-") => {
                "this is a secret key: never hand it out, and seal to the public key that belongs to it"
            }
            text if text.starts_with("age1") => "it is mistyped or cut",
            _ => "it does not begin with age1",
        }))
    }
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl FromStr for Identity {
    type Err = Error;

    fn from_str(text: &str) -> Result<Identity, Error> {
        // its crate would read other cases as well, which the standard does not know
        if text.starts_with(IDENTITY)
            && !text.bytes().any(|byte| byte.is_ascii_lowercase())
            && let Ok(identity) = text.parse()
        {
            return Ok(Identity(identity));
        }
        Err(Error::Identity(match text.trim() {
            text if text.starts_with("AGE-SECRET-KEY-PQ-") => {
                "AGE-SECRET-KEY-PQ-… (post-quantum) is not supported yet"
            }
            text if text.starts_with("AGE-PLUGIN-") => "AGE-PLUGIN-… (a plugin's) is not supported",
            text if text.starts_with("-----BEGIN OPENSSH") => "an SSH key is not supported",
            text if text.starts_with("-----BEGIN") || text.starts_with("age-encryption.org/") => {
                "it is encrypted itself: decrypt it with age -d first"
            }
            text if text.starts_with(IDENTITY) => "it is mistyped or cut",
            text if text.starts_with("age1") => "this is a public key: the secret one opens files",
            _ => "it does not begin with AGE-SECRET-KEY-",
        }))
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AGE-SECRET-KEY-…")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_as_they_are_written() {
        let identity = Identity::generate().unwrap();
        let words = identity.to_words();
        assert_eq!(*Identity::from_str(&words).unwrap().to_words(), *words);
        let recipient = identity.recipient();
        assert_eq!(recipient.to_string().parse(), Ok(recipient));
        assert!(!format!("{identity:?}").contains(&words[16..]));
    }

    #[test]
    fn a_file_holds_identities_and_comments() {
        let words =
            [Identity::generate().unwrap(), Identity::generate().unwrap()].map(|i| i.to_words());
        let file = format!("# made\n\n {}\r\n{}\n", *words[0], *words[1]);
        let read = Identity::all_in(&file).unwrap();
        assert!(read.iter().map(Identity::to_words).eq(words));
        assert!(Identity::all_in("# none").unwrap().is_empty());
        assert_eq!(Identity::all_in("#\nalice").unwrap_err().0, 2);
    }

    #[test]
    fn the_key_of_the_test_kit() {
        // C2SP CCTV, age, x25519: the identity, and the recipient by age-keygen -y
        let identity: Identity =
            "AGE-SECRET-KEY-1EGTZVFFV20835NWYV6270LXYVK2VKNX2MMDKWYKLMGR48UAWX40Q2P2LM0"
                .parse()
                .unwrap();
        assert_eq!(
            identity.recipient().to_string(),
            "age1xmwwc06ly3ee5rytxm9mflaz2u56jjj36s0mypdrwsvlul66mv4q47ryef"
        );
    }

    #[test]
    fn other_keys_are_refused_by_name() {
        for (text, words) in [
            ("age1pq1xyz", "post-quantum"),
            ("age1yubikey1qwe", "plugin"),
            ("ssh-ed25519 AAAA", "SSH"),
            ("AGE-SECRET-KEY-1EGTZ", "never hand it out"),
            ("age1lvyvwawkr0mcnnnncaghunadrqkmuf9e6507x9y920xxpp866cnql7dp2q", "mistyped"),
            ("AGE1LVYVWAWKR0MCNNNNCAGHUNADRQKMUF9E6507X9Y920XXPP866CNQL7DP2Z", "begin with age1"),
            ("alice", "begin with age1"),
        ] {
            let error = Recipient::from_str(text).unwrap_err().to_string();
            assert!(error.contains(words), "{text}: {error}");
        }
        for (text, words) in [
            ("age1lvyvwawkr0mcnnnncaghunadrqkmuf9e6507x9y920xxpp866cnql7dp2z", "public key"),
            ("AGE-PLUGIN-YUBIKEY-1QQ", "plugin"),
            ("AGE-SECRET-KEY-PQ-1QQ", "post-quantum"),
            ("age-encryption.org/v1", "encrypted itself"),
            ("AGE-SECRET-KEY-1EGTZVFFV20835", "mistyped"),
        ] {
            let error = Identity::from_str(text).unwrap_err().to_string();
            assert!(error.contains(words), "{text}: {error}");
        }
    }

    #[test]
    fn a_key_of_low_order_is_no_recipient() {
        // all points of small order on Curve25519 and its twist, and what is more than the prime: nought,
        // one, the two of order eight, and -1, 0 and 1 with the prime added
        for low in [
            "age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq5cu47z",
            "age1qyqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqj7vrya",
            "age1ur4h5lpmgxu2u9jku0a0r87ydtdqnr0tnsetrlvxvgz3vh6fhqqqzyt4v9",
            "age1t7wft09r2zxzfvwsk92eeql0tvzyghxytqwgapkcyf8dm5ylz9ts6wm9s8",
            "age1anlllllllllllllllllllllllllllllllllllllllllllllllals4n2t7m",
            "age1ahlllllllllllllllllllllllllllllllllllllllllllllllalsn46ayy",
            "age1amlllllllllllllllllllllllllllllllllllllllllllllllalselrwrv",
        ] {
            let parsed: Result<x25519::Recipient, _> = low.parse();
            assert!(parsed.is_ok(), "age's crate takes it");
            let error = Recipient::from_str(low).unwrap_err().to_string();
            assert!(error.contains("nothing"), "{low}: {error}");
        }
    }
}
