import Foundation

/// A clean photo as a file, for a receiver that takes nothing but files. `OutgoingPhoto.data()` is
/// the better way: it leaves nothing on the disk.
///
/// The file stands alone in a fresh folder, under the neutral name, with a constant date, readable
/// only while the device is unlocked, and outside backups. It is written whole, or this throws and
/// nothing is left. It goes with `remove()`, at the latest with the last reference: keep one until
/// the share sheet is done. What a crash leaves behind, `removeLeftovers` removes at the next start.
public final class HandoffFile: @unchecked Sendable {
    /// The file.
    public let url: URL
    private let folder: URL

    /// Writes `photo` to a file of its own below `parent`.
    public init(_ photo: OutgoingPhoto, below parent: URL = FileManager.default.temporaryDirectory) throws {
        folder = Self.shelf(in: parent).appendingPathComponent(UUID().uuidString, isDirectory: true)
        url = folder.appendingPathComponent(photo.fileName, isDirectory: false)
        do {
            try PrivateFolder.make(folder)
            try Self.write(photo, to: url)
        } catch {
            try? FileManager.default.removeItem(at: folder)
            throw error as? PhotoProblem ?? PhotoProblem(.notWritten)
        }
    }

    deinit {
        try? FileManager.default.removeItem(at: folder)
    }

    /// Removes the file now. Once it is gone, calling this again does nothing.
    public func remove() throws {
        do {
            try FileManager.default.removeItem(at: folder)
        } catch CocoaError.fileNoSuchFile {
            return
        }
    }

    /// Removes what an earlier run could not, because it was ended. Call it when the app starts,
    /// before there is any share.
    public static func removeLeftovers(below parent: URL = FileManager.default.temporaryDirectory) throws {
        do {
            try FileManager.default.removeItem(at: shelf(in: parent))
        } catch CocoaError.fileNoSuchFile {
            return
        }
    }

    private static func shelf(in parent: URL) -> URL {
        parent.appendingPathComponent("handoff", isDirectory: true)
    }

    private static func write(_ photo: OutgoingPhoto, to url: URL) throws {
        let descriptor = url.withUnsafeFileSystemRepresentation { path in
            path.map { open($0, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600) } ?? -1
        }
        guard descriptor >= 0 else { throw PhotoProblem(.notWritten) }
        let written = Result { try photo.write(to: descriptor) }
        let closed = close(descriptor)
        try written.get()
        guard closed == 0 else { throw PhotoProblem(.notWritten) }
        // Receivers may send the date on, and it would tell when the photo was shared.
        try FileManager.default.setAttributes(
            [.modificationDate: constantDate, .creationDate: constantDate],
            ofItemAtPath: url.path
        )
    }

    /// 1 January 2000, 00:00 UTC: a date that says nothing.
    static let constantDate = Date(timeIntervalSince1970: 946_684_800)
}
