package io.muster.extract.source;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** Where an automation finds its files; {@code type} in the job file names the kind. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = SftpSource.class, name = "sftp"),
    @JsonSubTypes.Type(value = FolderSource.class, name = "folder"),
    @JsonSubTypes.Type(value = S3Source.class, name = "s3"),
    @JsonSubTypes.Type(value = DropSource.class, name = "drop")
})
public sealed interface SourceSpec permits SftpSource, FolderSource, S3Source, DropSource {}
