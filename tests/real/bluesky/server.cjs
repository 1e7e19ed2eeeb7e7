// Runs a real PDS and the directory it needs, on 127.0.0.1: node server.cjs PLC_PORT PDS_PORT
const net = require('node:net')

// Neither server can be told an address, and both would listen to the whole network.
const listen = net.Server.prototype.listen
net.Server.prototype.listen = function (...given) {
  if (typeof given[0] === 'number' && typeof given[1] !== 'string') given.splice(1, 0, '127.0.0.1')
  else if (given[0]?.port !== undefined) given[0] = { ...given[0], host: '127.0.0.1' }
  return listen.apply(this, given)
}

const { TestPlc, TestPds, mockNetworkUtilities } = require('@atproto/dev-env')

async function main([plcPort, pdsPort]) {
  const plc = await TestPlc.create({ port: Number(plcPort) })
  const pds = await TestPds.create({
    port: Number(pdsPort),
    hostname: 'localhost',
    didPlcUrl: plc.url,
  })
  mockNetworkUtilities(pds)
  process.on('SIGTERM', async () => {
    await pds.close()
    await plc.close()
    process.exit(0)
  })
}

main(process.argv.slice(2))
