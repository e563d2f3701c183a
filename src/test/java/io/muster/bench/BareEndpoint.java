package io.muster.bench;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * An endpoint that answers every request with the same bytes, on Netty's codec or on Jetty's core handler: what an answer
 * costs before anything is decided. Arguments: {@code netty|jetty}, port, body.
 */
public final class BareEndpoint {

    private BareEndpoint() {}

    /** Listens until the process is ended. */
    public static void main(String[] args) throws Exception {
        int port = Integer.parseInt(args[1]);
        byte[] body = args[2].getBytes(StandardCharsets.UTF_8);
        switch (args[0]) {
            case "netty" -> netty(port, body);
            case "jetty" -> jetty(port, body);
            default -> throw new IllegalArgumentException("netty or jetty");
        }
    }

    private static void netty(int port, byte[] body) {
        byte[] head = ("HTTP/1.1 200 OK\r\nDate: Sun, 15 Nov 2026 00:00:00 GMT\r\nContent-Type: application/json\r\n"
                        + "Cache-Control: no-store\r\nAccess-Control-Allow-Origin: *\r\nContent-Length: "
                        + body.length + "\r\n\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
        byte[] answer = ByteBuffer.allocate(head.length + body.length)
                .put(head)
                .put(body)
                .array();
        Channel channel = new ServerBootstrap()
                .group(new MultiThreadIoEventLoopGroup(
                        Runtime.getRuntime().availableProcessors(), NioIoHandler.newFactory()))
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, 1_024)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel connection) {
                        connection.pipeline().addLast(new HttpRequestDecoder(), new Constant(answer));
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), port)
                .syncUninterruptibly()
                .channel();
        channel.closeFuture().syncUninterruptibly();
    }

    /** Answers each request with the same bytes. */
    private static final class Constant extends ChannelInboundHandlerAdapter {

        private final byte[] answer;

        Constant(byte[] answer) {
            this.answer = answer;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (message instanceof LastHttpContent) {
                var ignored = ctx.write(Unpooled.wrappedBuffer(answer), ctx.voidPromise());
            }

            ReferenceCountUtil.release(message);
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            ctx.flush();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            // The generator resets its connections at the end.
            var ignored = ctx.close();
        }
    }

    private static void jetty(int port, byte[] body) throws Exception {
        Server server = new Server(new QueuedThreadPool(8));
        ServerConnector connector = new ServerConnector(server, 1, 1);
        connector.setHost(InetAddress.getLoopbackAddress().getHostAddress());
        connector.setPort(port);
        server.addConnector(connector);
        server.setHandler(new Handler.Abstract.NonBlocking() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) {
                response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
                response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
                response.getHeaders().put("Access-Control-Allow-Origin", "*");
                response.write(true, ByteBuffer.wrap(body), callback);
                return true;
            }
        });
        server.start();
        server.join();
    }
}
