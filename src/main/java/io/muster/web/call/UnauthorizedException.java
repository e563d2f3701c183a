package io.muster.web.call;

/** No token where one is needed, or a wrong one: 401. */
public final class UnauthorizedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private UnauthorizedException(String message) {
        // Callers send such things as often as they like: no stack trace.
        super(message, null, false, false);
    }

    public static UnauthorizedException missing() {
        return new UnauthorizedException(
                "Cannot do this without a token. Send one as X-API-TOKEN or as Authorization: Bearer.");
    }

    public static UnauthorizedException wrong() {
        return new UnauthorizedException("Cannot use this token: it is wrong or has been revoked. Use another one.");
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
