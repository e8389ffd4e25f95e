import Foundation

/// Reads a file into memory that is wiped: regular files only, whole, and never past the limit.
///
/// Not mapped (`Data.ReadingOptions.mappedIfSafe`): another process can change or shorten a mapped
/// file while the core judges it, and what was checked must be what is written.
enum FileReading {
    /// The content of the file at `url`.
    static func whole(_ url: URL, limit: ReadLimit) throws -> WipedBuffer {
        guard url.isFileURL else { throw PhotoProblem(.unreadable) }
        // Not blocking: opening a named pipe that nobody writes to would wait for ever.
        let descriptor = url.withUnsafeFileSystemRepresentation { path in
            path.map { open($0, O_RDONLY | O_CLOEXEC | O_NONBLOCK) } ?? -1
        }
        guard descriptor >= 0 else { throw PhotoProblem(.unreadable) }
        defer { close(descriptor) }

        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw PhotoProblem(.unreadable) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw PhotoProblem(.notAFile) }
        let size = Int(status.st_size)
        guard size <= limit.bytes else { throw PhotoProblem(.tooLarge) }

        // One byte more than the file has, to notice one that grows.
        let buffer = WipedBuffer(capacity: size + 1)
        while !buffer.free.isEmpty {
            let taken = read(descriptor, buffer.free.baseAddress, buffer.free.count)
            if taken == 0 { break }
            if taken > 0 {
                buffer.used(taken)
            } else if errno != EINTR {
                throw PhotoProblem(.unreadable)
            }
        }
        guard buffer.count == size else { throw PhotoProblem(.unreadable) }
        return buffer
    }
}
