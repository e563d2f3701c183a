package io.muster.extract.source;

/** Where the files lie that callers have sent. */
public interface DropBox {

    /** The files that were sent for an automation. */
    FileSource open(DropSource spec);
}
