package io.muster.web.v3;

import io.muster.directory.Directory;
import io.muster.directory.store.Directories;
import io.muster.support.Ids;
import io.muster.support.PublicId;
import io.muster.web.call.Caller;

/** The directories that an address names, for whoever may enter them. */
final class Doors {

    private final Directories directories;
    private final Ids ids;

    Doors(Directories directories, Ids ids) {
        this.directories = directories;
        this.ids = ids;
    }

    /** The directory of an id. One that the caller's token is not for is unknown to it. */
    Directory directory(Caller caller, String id) {
        return ids.read(PublicId.DIRECTORY, id).stream()
                .boxed()
                .flatMap(number -> directories.byNumber(number.intValue()).stream())
                .filter(found -> caller.token().isFor(found.id()))
                .findFirst()
                .orElseThrow(() -> V3Exception.notFound(
                        "UNKNOWN_DIRECTORY",
                        "Cannot use the directory: this token knows none of this id. Take an id from"
                                + " /API/v3/directories."));
    }
}
