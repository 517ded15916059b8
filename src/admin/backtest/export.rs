//! Slack's own export, a folder or a zip: its channels, its people, and what was said.

use crate::domain::directory::{Account, AccountKind, Directory};
use crate::id::{ChannelId, UserId};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use zip::ZipArchive;

/// The largest single file that is read: a day of a very busy channel.
const LARGEST: u64 = 256 * 1024 * 1024;

/// Why an export cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    #[error(
        "`{0}` is no Slack export: there is no `channels.json` in it\nhint: Slack's export is a zip, or the folder unpacked from it, with `channels.json`, `users.json` and a folder for each channel"
    )]
    NoExport(String),
    #[error(
        "`{path}` cannot be read: {why}\nhint: export it from Slack again, or unpack it with another program"
    )]
    Unreadable { path: String, why: String },
}

/// An export, opened.
pub struct Export {
    files: Files,
    /// Channels by id, with their names.
    pub channels: BTreeMap<ChannelId, String>,
    pub users: Vec<User>,
    /// What could not be read, for people.
    pub faults: RefCell<Vec<String>>,
}

/// Somebody in `users.json`.
#[derive(Clone, Debug, Deserialize)]
pub struct User {
    pub id: UserId,
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub deleted: bool,
    #[serde(default)]
    pub is_bot: bool,
    #[serde(default)]
    pub tz: Option<String>,
    #[serde(default)]
    pub profile: Profile,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Profile {
    pub real_name: String,
    pub display_name: String,
    pub email: Option<String>,
}

#[derive(Deserialize)]
struct Channel {
    id: ChannelId,
    name: String,
}

impl Export {
    /// Opens a folder or a zip.
    ///
    /// # Errors
    /// It is no export, or it is damaged.
    pub fn open(path: &Path) -> Result<Self, ExportError> {
        let files = Files::open(path)?;
        let Some(channels) = files.json::<Vec<Channel>>("channels.json")? else {
            return Err(ExportError::NoExport(path.display().to_string()));
        };
        // Private channels, where the export has them.
        let groups = files.json::<Vec<Channel>>("groups.json")?.unwrap_or_default();
        let channels = channels.into_iter().chain(groups).map(|channel| (channel.id, channel.name)).collect();
        let users = files.json("users.json")?.unwrap_or_default();
        Ok(Self { files, channels, users, faults: RefCell::default() })
    }

    /// Everything that was said in a channel, as Slack wrote it, in no order that is promised. A day that cannot
    /// be read is told of and left out.
    pub fn messages(&self, name: &str) -> Vec<Value> {
        let mut all = Vec::new();
        for day in self.files.days(name) {
            match self.files.json::<Vec<Value>>(&day).map(Option::unwrap_or_default) {
                Ok(messages) => all.extend(messages),
                Err(error) => self.faults.borrow_mut().push(error.to_string()),
            }
        }
        all
    }

    /// Adds what the export says of people and channels.
    pub fn introduce(&self, directory: &mut Directory) {
        for user in &self.users {
            let names = [&user.profile.display_name, &user.profile.real_name, &user.name];
            let name = names.into_iter().find(|name| !name.trim().is_empty());
            let kind = match (user.deleted, user.is_bot) {
                (true, _) => AccountKind::Deactivated,
                (false, true) => AccountKind::Bot,
                (false, false) => AccountKind::Member,
            };
            let name = name.cloned().unwrap_or_else(|| user.id.to_string());
            let account = Account { name, kind, person: None, time_zone: user.tz.clone(), email: None };
            directory.users.entry(user.id.clone()).or_insert(account);
        }
        directory.channels.extend(self.channels.clone());
    }

    /// The account with this address.
    pub fn account(&self, email: &str) -> Option<&UserId> {
        let has =
            |user: &&User| user.profile.email.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(email));
        self.users.iter().find(has).map(|user| &user.id)
    }
}

enum Files {
    Folder(PathBuf),
    /// The archive, the names in it, and the folder in it that holds everything.
    Zip {
        archive: RefCell<ZipArchive<File>>,
        names: Vec<String>,
        below: String,
    },
}

impl Files {
    fn open(path: &Path) -> Result<Self, ExportError> {
        let unreadable = |why: String| ExportError::Unreadable { path: path.display().to_string(), why };
        if path.is_dir() {
            return Ok(Self::Folder(path.to_owned()));
        }
        let file = File::open(path).map_err(|error| unreadable(error.to_string()))?;
        let archive = ZipArchive::new(file).map_err(|error| unreadable(error.to_string()))?;
        let names: Vec<String> = archive.file_names().filter_map(Result::ok).map(Cow::into_owned).collect();
        let head = names.iter().find(|name| name.rsplit('/').next() == Some("channels.json"));
        let below = head.map(|name| name.trim_end_matches("channels.json").to_owned()).unwrap_or_default();
        Ok(Self::Zip { archive: RefCell::new(archive), names, below })
    }

    /// The days of a channel, in order.
    fn days(&self, channel: &str) -> Vec<String> {
        let mut days: Vec<String> = match self {
            Self::Folder(root) => {
                let entries = fs::read_dir(root.join(channel)).into_iter().flatten().flatten();
                entries.map(|entry| format!("{channel}/{}", entry.file_name().to_string_lossy())).collect()
            }
            Self::Zip { names, below, .. } => {
                let within = format!("{below}{channel}/");
                let days = names.iter().filter_map(|name| name.strip_prefix(&within));
                days.map(|day| format!("{channel}/{day}")).collect()
            }
        };
        days.retain(|day| day.ends_with(".json"));
        days.sort();
        days
    }

    /// A file as JSON; none when it is not there.
    fn json<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, ExportError> {
        let unreadable = |why: String| ExportError::Unreadable { path: name.to_owned(), why };
        let Some(bytes) = self.bytes(name).map_err(unreadable)? else { return Ok(None) };
        serde_json::from_slice(&bytes).map(Some).map_err(|error| unreadable(error.to_string()))
    }

    fn bytes(&self, name: &str) -> Result<Option<Vec<u8>>, String> {
        let mut bytes = Vec::new();
        let read = match self {
            Self::Folder(root) => match File::open(root.join(name)) {
                Ok(file) => file.take(LARGEST + 1).read_to_end(&mut bytes),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
                Err(error) => return Err(error.to_string()),
            },
            Self::Zip { archive, below, .. } => {
                let mut archive = archive.borrow_mut();
                match archive.by_name(&format!("{below}{name}")) {
                    Ok(file) => file.take(LARGEST + 1).read_to_end(&mut bytes),
                    Err(zip::result::ZipError::FileNotFound) => return Ok(None),
                    Err(error) => return Err(error.to_string()),
                }
            }
        };
        read.map_err(|error| error.to_string())?;
        if bytes.len() as u64 > LARGEST {
            return Err("it is larger than 256 MiB".to_owned());
        }
        Ok(Some(bytes))
    }
}
