import Foundation

/// A photo as another app hands it over: the bytes, and nothing that comes with them.
///
/// There is no place for a caption, a suggested name or a text, so none can go on.
public enum IncomingPhoto: Sendable {
    /// Bytes, as `NSItemProvider.loadDataRepresentation` gives them. Prefer this:
    /// `loadFileRepresentation` would write the original to a file first.
    ///
    /// They are read where they stand. They belong to whoever made them, so they are not wiped.
    case data(Data)

    /// A file that is there already. It is read once into memory that is wiped afterwards; it is
    /// neither copied nor changed. Who holds a security-scoped URL opens the scope around cleaning.
    case file(URL)

    /// Gives `body` the bytes of the photo; they must not outlive it.
    func withBytes<Value>(limit: ReadLimit, _ body: (Data) throws -> Value) throws -> Value {
        switch self {
        case .data(let data):
            guard data.count <= limit.bytes else { throw PhotoProblem(.tooLarge) }
            return try body(data)
        case .file(let url):
            let buffer = try FileReading.whole(url, limit: limit)
            defer { buffer.wipe() }
            return try buffer.withData(body)
        }
    }
}
