// Package seal is the encryption of Parley's sealed connections. A client without TLS can
// protect its connection with it, over TCP or WebSocket. docs/protocol.md describes every
// byte, in the section "Sealed connections". testdata/seal.json has vectors for
// implementations in other languages.
//
// The handshake has four frames:
//
//	client                               server
//	Client.PublicKey         -- 21 -->   NewServer
//	Client.KeyExchange       <-- 22 --   Server.PublicKeyAnswer
//	                         -- 23 -->   Server.TakeExchange, Server.Seal
//	Client.Pin               <-- 24 --   Server.KeyExchangeAnswer, which is sealed already
//
// After frame 23, each direction is one stream of frames, each followed by a newline. A
// [Sealer] cuts the stream into pieces and seals each piece in a frame 25. An [Opener] opens
// the frames 25 of the other side, in their order.
//
// The package does no input or output. It finds frames that were altered, repeated, left out
// or taken from another connection; the connection must then end. There is no forward secrecy:
// whoever records a connection and later gets the server's private key can read it.
package seal
