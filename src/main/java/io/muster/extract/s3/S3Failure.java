package io.muster.extract.s3;

import io.muster.extract.source.FileChanged;
import io.muster.extract.source.FileGone;
import io.muster.extract.source.S3Source;
import io.muster.extract.source.Tries;
import io.muster.extract.source.Tries.Failure;
import io.muster.extract.source.Tries.Lasting;
import io.muster.extract.source.Tries.Ours;
import io.muster.extract.source.Tries.Passing;
import io.muster.support.Refusal;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.time.InstantSource;
import java.util.Set;
import javax.net.ssl.SSLException;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** What went wrong with an object store. */
record S3Failure(S3Source spec, InstantSource clock) {

    private static final Set<String> WRONG_KEY =
            Set.of("InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken", "ExpiredToken");
    private static final Set<String> SLOW_DOWN = Set.of("SlowDown", "RequestTimeout", "Throttling", "InternalError");

    Failure judge(Exception failure) {
        return switch (failure) {
            case FileGone ours -> new Ours(ours);
            case FileChanged ours -> new Ours(ours);
            case Refusal ours -> new Ours(ours);
            case S3Exception answer -> answered(answer);
            case IOException broken -> broken(broken);
            case SdkClientException notAnswered -> notAnswered(notAnswered);
            default -> new Lasting(failure + ". Look at the log.");
        };
    }

    private Failure answered(S3Exception answer) {
        String code = code(answer);
        int status = answer.statusCode();
        if (status >= 500 || status == 429 || SLOW_DOWN.contains(code)) {
            return new Passing(
                    "the store answers %d %s. Try again later.".formatted(status, code),
                    Tries.retryAfter(header(answer, "Retry-After"), clock.instant()));
        }
        if (WRONG_KEY.contains(code)) {
            return new Lasting(
                    "the store does not accept the key (%s). Correct access-key and secret-key.".formatted(code));
        }
        if (code.equals("RequestTimeTooSkewed")) {
            return new Lasting("the store says that the clock of this machine is wrong. Set it.");
        }
        if (code.equals("NoSuchBucket")) {
            return new Lasting("there is no bucket %s. Correct the job file.".formatted(spec.bucket()));
        }
        if ((status >= 300 && status < 400) || code.equals("AuthorizationHeaderMalformed")) {
            String region = header(answer, "x-amz-bucket-region");
            return new Lasting(
                    "the store sends on to another address%s, which is not followed. Correct endpoint or region."
                            .formatted(region.isEmpty() ? "" : " (region %s)".formatted(region)));
        }
        if (status == 403) {
            return new Lasting(
                    "access denied (%s). Give the key the right to list, read, copy and delete there.".formatted(code));
        }
        return new Lasting("the store answers %d %s. Look at the bucket.".formatted(status, code));
    }

    /** Answers to HEAD have no body, and so no code. */
    private static String code(S3Exception answer) {
        AwsErrorDetails details = answer.awsErrorDetails();
        String code = details == null ? null : details.errorCode();
        return code == null ? "without a reason" : code;
    }

    private static String header(S3Exception answer, String name) {
        AwsErrorDetails details = answer.awsErrorDetails();
        return details == null || details.sdkHttpResponse() == null
                ? ""
                : details.sdkHttpResponse().firstMatchingHeader(name).orElse("");
    }

    private static Failure notAnswered(SdkClientException failure) {
        Throwable cause = failure;
        while (cause.getCause() != null && !(cause instanceof IOException)) {
            cause = cause.getCause();
        }
        if (cause instanceof IOException broken) {
            return broken(broken);
        }
        String message = String.valueOf(failure.getMessage());
        return message.contains("checksum")
                ? new Lasting("what it sends does not agree with its checksum. Look at the store.")
                : new Lasting(message + " Look at the store.");
    }

    private static Failure broken(IOException broken) {
        return switch (broken) {
            case UnknownHostException unknown ->
                new Passing(
                        "no machine of that name is known (%s). Correct the endpoint.".formatted(unknown.getMessage()),
                        null);
            case ConnectException refused ->
                new Passing(
                        "it cannot be connected (%s). Check endpoint and network.".formatted(refused.getMessage()),
                        null);
            case SSLException tls ->
                new Lasting(
                        "no secure connection is possible (%s). Check its certificate.".formatted(tls.getMessage()));
            default ->
                new Passing("the connection broke (%s). Check the network.".formatted(broken.getMessage()), null);
        };
    }
}
