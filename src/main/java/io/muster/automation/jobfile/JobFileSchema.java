package io.muster.automation.jobfile;

import io.muster.support.document.binding.RecordSchema;

/** The JSON Schema (draft 7, which editors know best) of job files, made from the records that they are bound to. */
public final class JobFileSchema {

    /** The schema as JSON text that ends with a line break. */
    public String json() {
        return new RecordSchema(JobScalars.all()).json("Muster job file", JobFile.class);
    }
}
