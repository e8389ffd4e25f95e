//! The core's log, into the platform's. No message anywhere in Unmarked holds user data: oslog
//! marks every message public, and Android's log can be read by whoever holds the device.

/// Sends the core's log to the platform's log. Calling it again does nothing.
#[uniffi::export]
pub fn start_logging() {
    #[cfg(target_os = "android")]
    android_logger::init_once(
        android_logger::Config::default()
            .with_tag("unmarked")
            .with_max_level(log::LevelFilter::Info),
    );
    #[cfg(target_os = "ios")]
    if let Err(_already) =
        oslog::OsLogger::new("org.unmarked.core").level_filter(log::LevelFilter::Info).init()
    {
        log::debug!("logging was on");
    }
    log::info!("core {} ready", env!("CARGO_PKG_VERSION"));
}
