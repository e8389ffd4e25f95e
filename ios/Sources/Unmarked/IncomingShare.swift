/// Finds the one photo in what another app shares.
///
/// A share may bring a text, a web address and a picture together. Only the picture is taken.
public enum IncomingShare {
    /// Which attachment to load, and as what.
    public struct Choice: Sendable, Equatable {
        /// The place of the attachment in the share, from 0.
        public let attachment: Int
        /// The uniform type identifier to ask its item provider for.
        public let typeIdentifier: String
    }

    /// Picture types by identifier (Uniform Type Identifiers, system-declared). JPEG first: many
    /// providers offer a picture in several types, and JPEG can be cleaned by every method and opened
    /// everywhere. Raw files are taken too, so that the core says what is wrong with them. The general
    /// type comes last, because some apps register nothing else.
    static let pictureTypes = [
        "public.jpeg", "public.png", "public.heic", "public.heif", "public.avif", "org.webmproject.webp",
        "com.compuserve.gif", "public.tiff", "com.microsoft.bmp", "public.jpeg-xl", "com.adobe.raw-image",
        "public.camera-raw-image", "public.image",
    ]

    /// The photo among attachments that are told by their `registeredTypeIdentifiers`.
    ///
    /// Throws `.noPhoto` where none is a picture and `.severalPhotos` where more than one is.
    public static func photo(among attachments: [[String]]) throws -> Choice {
        let pictures = attachments.enumerated().compactMap { place, offered in
            pictureTypes.first(where: offered.contains).map { Choice(attachment: place, typeIdentifier: $0) }
        }
        guard let first = pictures.first else { throw PhotoProblem(.noPhoto) }
        guard pictures.count == 1 else { throw PhotoProblem(.severalPhotos) }
        return first
    }
}
