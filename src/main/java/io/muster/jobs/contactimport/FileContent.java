package io.muster.jobs.contactimport;

/** What each file of an automation has. */
public enum FileContent {
    /** Any contacts, for example those that changed. */
    PART,
    /** All contacts, each time. */
    FULL
}
