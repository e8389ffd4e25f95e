package androidx.test.runner.intent

import android.app.Instrumentation
import android.content.Intent

fun interface IntentCallback {
    fun onIntentSent(intent: Intent)
}

interface IntentMonitor {
    fun addIntentCallback(callback: IntentCallback)

    fun removeIntentCallback(callback: IntentCallback)
}

fun interface IntentStubber {
    fun getActivityResultForIntent(intent: Intent): Instrumentation.ActivityResult?
}

object IntentMonitorRegistry {
    private var registered: IntentMonitor? = null

    @JvmStatic
    fun getInstance(): IntentMonitor = checkNotNull(registered)

    @JvmStatic
    fun registerInstance(monitor: IntentMonitor) {
        registered = monitor
    }
}

object IntentStubberRegistry {
    private var stubber: IntentStubber? = null

    @JvmStatic
    fun load(stubber: IntentStubber) {
        this.stubber = stubber
    }

    @JvmStatic
    fun isLoaded(): Boolean = stubber != null

    @JvmStatic
    fun getInstance(): IntentStubber = checkNotNull(stubber)

    @JvmStatic
    fun reset() {
        stubber = null
    }
}
