import Foundation
import UnmarkedCore

/// A clean photo as one share hands it on: one attachment, with no text and no address beside it.
///
/// Register it with an `NSItemProvider` as a data representation of `typeIdentifier`, and set
/// `suggestedName` to `fileName`, because the receiving app sends the file's name on. The bytes go
/// from memory to memory; only for a receiver that takes nothing but files is there `HandoffFile`.
///
/// It stands for one share. When the share sheet is done, `finish()` wipes it. For another share the
/// photo is cleaned again and gets another name: two messages must not be linked by their file names.
public final class OutgoingPhoto: @unchecked Sendable {
    /// A fresh neutral file name.
    public let fileName: String
    /// The media type registered with IANA: "image/jpeg".
    public let mediaType: String
    /// The uniform type identifier: "public.jpeg".
    public let typeIdentifier: String
    /// Bytes.
    public let size: Int

    /// The most bytes that the core gives at once.
    static let largestPiece = 256 << 10

    private let lock = NSLock()
    private var photo: CleanPhoto?

    init(_ photo: CleanPhoto) throws {
        mediaType = photo.mediaType()
        typeIdentifier = try Self.typeIdentifier(of: mediaType)
        guard let size = Int(exactly: photo.size()), size > 0 else { throw PhotoProblem(.failed) }
        self.size = size
        fileName = photo.fileName()
        self.photo = photo
    }

    /// The bytes, for the share sheet. They leave our hands with it and cannot be wiped afterwards.
    public func data() throws -> Data {
        let photo = try held()
        var data = Data(capacity: size)
        while data.count < size {
            let piece = photo.read(offset: UInt64(data.count), length: UInt32(Self.largestPiece))
            guard !piece.isEmpty else { throw PhotoProblem(.failed) }
            data.append(piece)
        }
        return data
    }

    /// What was found, removed and kept, and what remains. It is private: show it, never log it. It
    /// is asked of the core each time, which wipes what it holds; strings of Swift are not wiped.
    public func receipt() throws -> PhotoReceipt {
        try held().receipt()
    }

    /// Writes the bytes to the open file descriptor `descriptor`, which stays open and the caller's.
    public func write(to descriptor: Int32) throws {
        do { try held().writeTo(fd: descriptor) } catch { throw PhotoProblem(error) }
    }

    /// Ends the share: the photo is wiped, and nothing more is given out.
    public func finish() {
        lock.withLock { photo = nil }
    }

    private func held() throws -> CleanPhoto {
        guard let photo = lock.withLock({ photo }) else { throw PhotoProblem(.finished) }
        return photo
    }

    private static func typeIdentifier(of mediaType: String) throws -> String {
        switch mediaType {
        case "image/jpeg": return "public.jpeg"
        case "image/png": return "public.png"
        case "image/heic": return "public.heic"
        case "image/avif": return "public.avif"
        case "image/webp": return "org.webmproject.webp"
        case "image/gif": return "com.compuserve.gif"
        case "image/jxl": return "public.jpeg-xl"
        default: throw PhotoProblem(.failed)
        }
    }
}
