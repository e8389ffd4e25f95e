import Foundation

/// A folder that only this app opens, only while the device is unlocked, outside backups.
enum PrivateFolder {
    /// Makes the folder with those above it, if it is not there. Files made in it are protected in the
    /// same way from their first byte.
    static func make(_ folder: URL) throws {
        try FileManager.default.createDirectory(
            at: folder,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700, .protectionKey: FileProtectionType.complete]
        )
        var values = URLResourceValues()
        values.isExcludedFromBackup = true
        var folder = folder
        try folder.setResourceValues(values)
    }
}
