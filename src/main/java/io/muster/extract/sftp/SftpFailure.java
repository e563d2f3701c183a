package io.muster.extract.sftp;

import io.muster.extract.source.FileChanged;
import io.muster.extract.source.FileGone;
import io.muster.extract.source.SftpSource;
import io.muster.support.Refusal;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Objects;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.SshException;
import org.apache.sshd.sftp.common.SftpConstants;
import org.apache.sshd.sftp.common.SftpException;
import org.jspecify.annotations.Nullable;

/** What went wrong with a server, found inside the exceptions of the libraries. */
record SftpFailure(Kind kind, Throwable cause, @Nullable String rejectedKey) {

    enum Kind {
        /** A refusal of our own, passed on as it is. */
        OURS,
        /** The server shows a key that is not accepted. */
        HOST_KEY,
        /** The server does not accept the login. */
        LOGIN,
        /** The server answered, and refuses. */
        ANSWER,
        /** The connection failed or broke: worth another try. */
        CONNECTION
    }

    static SftpFailure of(RuntimeException failure, HostKeys hostKeys) {
        Throwable deepest = failure;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            deepest = cause;
            if (cause instanceof Refusal || cause instanceof FileGone || cause instanceof FileChanged) {
                return new SftpFailure(Kind.OURS, cause, null);
            }
            if (cause instanceof SftpException answer && !brokenConnection(answer)) {
                return new SftpFailure(Kind.ANSWER, cause, null);
            }
            if (cause instanceof SshException ssh) {
                if (hostKeys.rejection() != null) {
                    return new SftpFailure(Kind.HOST_KEY, cause, hostKeys.rejection());
                }
                if (ssh.getDisconnectCode() == SshConstants.SSH2_DISCONNECT_NO_MORE_AUTH_METHODS_AVAILABLE) {
                    return new SftpFailure(Kind.LOGIN, cause, null);
                }
            }
        }
        return new SftpFailure(Kind.CONNECTION, deepest, null);
    }

    private static boolean brokenConnection(SftpException answer) {
        return answer.getStatus() == SftpConstants.SSH_FX_NO_CONNECTION
                || answer.getStatus() == SftpConstants.SSH_FX_CONNECTION_LOST;
    }

    /** A refusal of our own. */
    RuntimeException ours() {
        return (RuntimeException) cause;
    }

    /** Reason and what to do. */
    String sentence(SftpSource spec) {
        return switch (kind) {
            case OURS -> String.valueOf(cause.getMessage());
            case HOST_KEY -> Objects.requireNonNull(rejectedKey);
            case LOGIN ->
                "the server does not accept the login of %s by %s. Check user, %s and what the server allows."
                        .formatted(
                                spec.user(),
                                spec.authentication().password() == null ? "key" : "password",
                                spec.authentication().password() == null ? "private-key" : "password");
            case ANSWER -> answer((SftpException) cause);
            case CONNECTION -> connection();
        };
    }

    private static String answer(SftpException answer) {
        return switch (answer.getStatus()) {
            case SftpConstants.SSH_FX_NO_SUCH_FILE, SftpConstants.SSH_FX_NO_SUCH_PATH ->
                "there is no such file or directory. Correct the directory in the job file.";
            case SftpConstants.SSH_FX_PERMISSION_DENIED ->
                "permission denied. Ask the owner of the server for the right to do this.";
            case SftpConstants.SSH_FX_NO_SPACE_ON_FILESYSTEM, SftpConstants.SSH_FX_QUOTA_EXCEEDED ->
                "there is no space left on the server. Make room there.";
            default ->
                "the server answers \"%s\" (%s). Ask its owner."
                        .formatted(answer.getMessage(), SftpConstants.getStatusName(answer.getStatus()));
        };
    }

    private String connection() {
        if (cause instanceof UnresolvedAddressException || cause instanceof UnknownHostException) {
            return "there is no such host. Correct the host in the job file, or check the name service.";
        }
        if (cause instanceof ConnectException) {
            return "nothing answers there (%s). Check host and port, the network and whether the server runs."
                    .formatted(cause.getMessage());
        }
        String reason = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        return "the connection failed or broke (%s). Check the network and the log of the server.".formatted(reason);
    }
}
