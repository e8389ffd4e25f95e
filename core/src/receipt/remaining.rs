//! What still remains in the clean photo. No method removes all of it.

use std::fmt;

use serde::Serialize;

/// What still remains in the clean photo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Remaining {
    /// What the picture shows.
    PictureContent,
    /// Sensor noise and dust: they can link the photo to a camera.
    SensorNoise,
    /// Sensor noise of a picture that was made much smaller: harder to link to a camera, not gone.
    FainterSensorNoise,
    /// Strip: the camera's or program's tables, sampling, scans and size: they narrow down the model.
    EncoderHandwriting,
    /// Recode: quantisation tables, sampling and size: they narrow down the model.
    Quantisation,
    /// Rebuild without scaling: the size, and traces of the earlier quantisation in the picture.
    EarlierEncoding,
    /// Strip: choices of the encoder inside the coded picture, and what lies outside its visible
    /// edge.
    CodedSlack,
    /// Recode: what is coded outside the visible edge of the picture.
    HiddenEdge,
    /// Strip: inside coded data that is not decoded (HEVC, AV1, JPEG XL) there is room for bytes that
    /// no decoder needs.
    CodedData,
    /// Strip: colours under full transparency.
    HiddenColour,
    /// Strip: what is coded and lies outside the part that is shown (clean aperture, edges of a
    /// grid).
    HiddenByCrop,
    /// The still picture that an animation comes with, and that is none of its frames: viewers that
    /// show no animation show it.
    StillPicture,
    /// Strip of an animation: how many frames, and their timing.
    Timing,
    /// Yellow printer dots, if the picture shows a printed page.
    PrinterDots,
    /// Unmarked writes files in a form of its own: it can be seen that it was used.
    ToolForm,
    /// The file has the form that Android's encoder writes.
    AndroidForm,
}

impl fmt::Display for Remaining {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Remaining::PictureContent => {
                "what the picture shows: faces, reflections, documents, buildings, the view"
            }
            Remaining::SensorNoise => {
                "sensor noise: who has the camera, or other photos from it, can link them"
            }
            Remaining::FainterSensorNoise => {
                "sensor noise, harder to link to a camera and not removed: of 14 test photos at 1600 pixels the usual search linked 1, one that knows how they were made all 14"
            }
            Remaining::EncoderHandwriting => {
                "size, tables, sampling and scans of the picture: they narrow down the camera model"
            }
            Remaining::Quantisation => {
                "size, quantisation tables and sampling of the picture: they narrow down the camera model"
            }
            Remaining::EarlierEncoding => {
                "its size, and traces of its first encoding in the picture: they can narrow down the camera model"
            }
            Remaining::CodedSlack => {
                "what is coded and no viewer shows: beyond the edge of the picture, and by which codes"
            }
            Remaining::HiddenEdge => {
                "what is coded beyond the edge of the picture, up to the next whole block: no viewer shows it"
            }
            Remaining::CodedData => {
                "the coded data is not decoded: there is room in it for bytes that no viewer shows"
            }
            Remaining::HiddenColour => {
                "colours under full transparency: they can hold a picture that nobody sees"
            }
            Remaining::HiddenByCrop => {
                "what is coded outside the part that is shown: who has the file can see it"
            }
            Remaining::StillPicture => {
                "a still picture beside the animation: who looks with a viewer that cannot animate sees it"
            }
            Remaining::Timing => "the number of frames and their timing",
            Remaining::PrinterDots => "printer dots, if the picture shows a printed page",
            Remaining::ToolForm => "the form of the file: it can show that Unmarked was used",
            Remaining::AndroidForm => {
                "the form of the file: that of pictures which apps on Android save, Signal's among them"
            }
        })
    }
}
