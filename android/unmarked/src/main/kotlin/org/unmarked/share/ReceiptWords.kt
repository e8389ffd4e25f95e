package org.unmarked.share

import android.content.Context
import org.unmarked.R
import org.unmarked.core.KeptKind
import org.unmarked.core.KeptPart
import org.unmarked.core.NoteKind
import org.unmarked.core.ReceiptNote
import org.unmarked.core.RemainingRisk
import org.unmarked.core.RiskKind

/** A receipt's facts in the words of this shell; the core's own where a kind is newer than these. */
internal class ReceiptWords(private val context: Context) {
    fun of(risk: RemainingRisk): String = when (risk.kind) {
        RiskKind.PICTURE_CONTENT -> context.getString(R.string.unmarked_risk_picture_content)
        RiskKind.SENSOR_NOISE -> context.getString(R.string.unmarked_risk_sensor_noise)
        RiskKind.FAINTER_SENSOR_NOISE -> context.getString(R.string.unmarked_risk_fainter_sensor_noise)
        RiskKind.ENCODER_HANDWRITING -> context.getString(R.string.unmarked_risk_encoder_handwriting)
        RiskKind.QUANTISATION -> context.getString(R.string.unmarked_risk_quantisation)
        RiskKind.EARLIER_ENCODING -> context.getString(R.string.unmarked_risk_earlier_encoding)
        RiskKind.CODED_SLACK -> context.getString(R.string.unmarked_risk_coded_slack)
        RiskKind.HIDDEN_EDGE -> context.getString(R.string.unmarked_risk_hidden_edge)
        RiskKind.TOOL_FORM -> context.getString(R.string.unmarked_risk_tool_form)
        RiskKind.ANDROID_FORM -> context.getString(R.string.unmarked_risk_android_form)
        RiskKind.PRINTER_DOTS -> context.getString(R.string.unmarked_risk_printer_dots)
        RiskKind.CODED_DATA -> context.getString(R.string.unmarked_risk_coded_data)
        RiskKind.HIDDEN_COLOUR -> context.getString(R.string.unmarked_risk_hidden_colour)
        RiskKind.HIDDEN_BY_CROP -> context.getString(R.string.unmarked_risk_hidden_by_crop)
        RiskKind.STILL_PICTURE -> context.getString(R.string.unmarked_risk_still_picture)
        RiskKind.TIMING -> context.getString(R.string.unmarked_risk_timing)
        RiskKind.OTHER -> sentence(risk.words)
    }

    fun of(note: ReceiptNote): String = when (note.kind) {
        NoteKind.CMYK_PROFILE_DROPPED -> context.getString(R.string.unmarked_note_cmyk_profile)
        NoteKind.UNUSABLE_PROFILE_DROPPED -> context.getString(R.string.unmarked_note_unusable_profile)
        NoteKind.ONLY_MAIN_PICTURE -> context.getString(R.string.unmarked_note_only_main_picture)
        NoteKind.PROFILE_TAKEN_FOR_SRGB -> context.getString(R.string.unmarked_note_profile_taken_for_srgb)
        NoteKind.NOT_INSPECTED -> context.getString(R.string.unmarked_note_not_inspected)
        NoteKind.TURNED_UPRIGHT -> context.getString(R.string.unmarked_note_turned_upright)
        NoteKind.NOT_TURNED -> context.getString(R.string.unmarked_note_not_turned)
        NoteKind.CROPPED -> context.getString(R.string.unmarked_note_cropped)
        NoteKind.GREY -> context.getString(R.string.unmarked_note_grey)
        NoteKind.GAIN_MAP_DROPPED -> context.getString(R.string.unmarked_note_gain_map_dropped)
        NoteKind.LIGHT_LEVEL_DROPPED -> context.getString(R.string.unmarked_note_light_level_dropped)
        NoteKind.ON_WHITE -> context.getString(R.string.unmarked_note_on_white)
        NoteKind.HIDDEN_COLOUR_CLEARED -> context.getString(R.string.unmarked_note_hidden_colour_cleared)
        // what they tell besides their kind stands in the words
        NoteKind.REBUILT_INSTEAD, NoteKind.MISSING, NoteKind.COVERED, NoteKind.COVERED_NOTHING,
        NoteKind.RESIZED, NoteKind.FITTED, NoteKind.CHANNEL, NoteKind.STRIPPED_INSTEAD, NoteKind.CONVERTED,
        NoteKind.PAGE, NoteKind.FIRST_FRAME, NoteKind.ROUNDED,
        NoteKind.OTHER -> sentence(note.words)
    }

    fun of(kept: KeptPart): String = when (kept.kind) {
        KeptKind.CODED_PICTURE -> context.getString(R.string.unmarked_kept_coded_picture)
        KeptKind.COEFFICIENTS -> context.getString(R.string.unmarked_kept_coefficients)
        KeptKind.SHOWN_PICTURE -> context.getString(R.string.unmarked_kept_shown_picture)
        KeptKind.ORIENTATION -> context.getString(R.string.unmarked_kept_orientation)
        KeptKind.COLOUR_PROFILE -> context.getString(R.string.unmarked_kept_colour_profile)
        KeptKind.COLOUR_TRANSFORM -> context.getString(R.string.unmarked_kept_colour_transform)
        KeptKind.PIXELS -> context.getString(R.string.unmarked_kept_pixels)
        KeptKind.COLOUR_CODE_POINTS -> context.getString(R.string.unmarked_kept_colour_code_points)
        KeptKind.GAMMA -> context.getString(R.string.unmarked_kept_gamma)
        KeptKind.PALETTE -> context.getString(R.string.unmarked_kept_palette)
        KeptKind.TRANSPARENCY -> context.getString(R.string.unmarked_kept_transparency)
        KeptKind.APERTURE -> context.getString(R.string.unmarked_kept_aperture)
        // how many frames stands in the words
        KeptKind.ANIMATION,
        KeptKind.OTHER -> sentence("${kept.words}: ${kept.why}")
    }
}

/** The core's words, which begin small and end without a point, as a sentence. */
internal fun sentence(words: String): String {
    val begun = words.replaceFirstChar { it.titlecase() }
    return if (begun.endsWith('.')) begun else "$begun."
}
