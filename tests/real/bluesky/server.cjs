// Runs a real PDS and the directory it needs, on 127.0.0.1: node server.cjs PLC_PORT PDS_PORT
// and, with VIEW_PORT DATABASE_URL after that, the view of the network that counts what readers do.
const net = require('node:net')

// None of them can be told an address, and all would listen to the whole network.
const listen = net.Server.prototype.listen
net.Server.prototype.listen = function (...given) {
  if (typeof given[0] === 'number' && typeof given[1] !== 'string') given.splice(1, 0, '127.0.0.1')
  else if (given[0]?.port !== undefined) given[0] = { ...given[0], host: '127.0.0.1' }
  return listen.apply(this, given)
}

const { TestBsky, TestPds, TestPlc, mockNetworkUtilities } = require('@atproto/dev-env')

async function main([plcPort, pdsPort, viewPort, database]) {
  const plc = await TestPlc.create({ port: Number(plcPort) })
  const view =
    viewPort &&
    (await TestBsky.create({
      port: Number(viewPort),
      publicUrl: `http://localhost:${viewPort}`,
      plcUrl: plc.url,
      pdsPort: Number(pdsPort),
      repoProvider: `ws://localhost:${pdsPort}`,
      dbPostgresUrl: database,
      dbPostgresSchema: 'view',
      // It wants a place for what moderators do, and goes without.
      bsyncUrl: 'http://localhost:9',
      bsyncApiKey: 'none',
    }))
  const pds = await TestPds.create({
    port: Number(pdsPort),
    hostname: 'localhost',
    didPlcUrl: plc.url,
    ...(view && { bskyAppViewUrl: view.url, bskyAppViewDid: view.ctx.cfg.serverDid }),
  })
  mockNetworkUtilities(pds, view || undefined)
  process.on('SIGTERM', async () => {
    await pds.close()
    await view?.close()
    await plc.close()
    process.exit(0)
  })
}

main(process.argv.slice(2))
